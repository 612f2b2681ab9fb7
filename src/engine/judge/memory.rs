//! What judging takes, for whoever judges several documents at a time.

/// Bytes of memory for each byte of a document: its bytes, the text decoded and folded, where each line begins, what is known of
/// each word. Of lines without a letter the most; `tests/root/bulk.py` holds judging to it.
const EACH: u64 = 32;

/// What documents that are judged at the same time may take together, in bytes. One alone may take more: the size of documents
/// has a limit of its own.
pub const MEMORY_AT_MOST: u64 = 2 << 30;

/// What judging a document of so many bytes may take, in bytes.
pub fn memory_for(bytes: u64) -> u64 {
    bytes.saturating_mul(EACH)
}
