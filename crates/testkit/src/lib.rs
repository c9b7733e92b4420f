//! Synthetic recordings with exact truth, and the layering test
