//! The flow from a recording to stored procedures
