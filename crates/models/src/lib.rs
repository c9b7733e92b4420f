//! Model names to verified files
