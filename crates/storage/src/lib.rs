//! Where sessions and procedures are kept: records in SQLite, blobs in an object store.
//!
//! The only home of sqlx and object_store. It knows records, not how they were made.
