use prost::Message;

/// Generates from descriptors that the harness has compiled, so that no `protoc` is needed.
fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=test.binpb");
    let descriptors = prost_types::FileDescriptorSet::decode(std::fs::read("test.binpb")?.as_slice())?;
    tonic_prost_build::configure().compile_fds(descriptors)?;
    Ok(())
}
