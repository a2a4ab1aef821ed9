//! What the interop client and server share.

use std::collections::HashMap;

pub mod trailers;

pub mod testing {
    tonic::include_proto!("grpc.testing");
}

pub const INITIAL_KEY: &str = "x-grpc-test-echo-initial";
pub const TRAILING_KEY: &str = "x-grpc-test-echo-trailing-bin";

/// Flags in the way of the official programs: `--name=value`, or `--name` for true.
pub fn flags() -> HashMap<String, String> {
    std::env::args()
        .skip(1)
        .map(|text| match text.trim_start_matches("--").split_once('=') {
            Some((name, value)) => (name.to_string(), value.to_string()),
            None => (text.trim_start_matches("--").to_string(), "true".to_string()),
        })
        .collect()
}

pub fn payload(size: usize) -> Option<testing::Payload> {
    Some(testing::Payload { body: vec![0; size], ..Default::default() })
}

/// A field of a message that says true, false or nothing.
pub fn flag(value: bool) -> Option<testing::BoolValue> {
    Some(testing::BoolValue { value })
}
