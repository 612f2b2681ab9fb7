//! Judging by rules made by hand.

mod advice;
mod build;
mod cases;
mod conditions;
mod documents;
mod examples;
mod limits;
mod policy;
mod regions;
mod sections;
mod soundness;
