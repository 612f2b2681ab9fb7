//! Parses, dispatches and turns the result into an exit code.

fn main() -> std::process::ExitCode {
    siftd::cli::main(std::env::args_os())
}
