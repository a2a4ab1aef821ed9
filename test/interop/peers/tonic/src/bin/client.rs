//! The official interop cases on tonic, with the flags of the official clients. Exit code 0 when the case passes.

use std::collections::HashSet;
use std::error::Error;
use std::time::Duration;

use peregrine_interop_tonic::testing::test_service_client::TestServiceClient;
use peregrine_interop_tonic::testing::unimplemented_service_client::UnimplementedServiceClient;
use peregrine_interop_tonic::testing::*;
use peregrine_interop_tonic::{flag, flags, payload, INITIAL_KEY, TRAILING_KEY};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::codec::CompressionEncoding::Gzip;
use tonic::metadata::{MetadataMap, MetadataValue};
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint};
use tonic::{Code, IntoRequest, Request, Response, Status};

type Outcome = Result<(), Box<dyn Error>>;
type Client = TestServiceClient<Channel>;

const REQUEST_SIZES: [usize; 4] = [27_182, 8, 1_828, 45_904];
const RESPONSE_SIZES: [usize; 4] = [31_415, 9, 2_653, 58_979];
const SPECIAL_MESSAGE: &str = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n";

fn large_request() -> SimpleRequest {
    SimpleRequest { response_size: 314_159, payload: payload(271_828), ..Default::default() }
}

fn parameters(size: usize) -> ResponseParameters {
    ResponseParameters { size: size as i32, ..Default::default() }
}

fn duplex_request(response_size: usize, request_size: usize) -> StreamingOutputCallRequest {
    let response_parameters = vec![parameters(response_size)];
    StreamingOutputCallRequest { response_parameters, payload: payload(request_size), ..Default::default() }
}

fn asked_status(message: &str) -> Option<EchoStatus> {
    Some(EchoStatus { code: 2, message: message.to_string() })
}

fn size_of(payload: &Option<Payload>) -> usize {
    payload.as_ref().map_or(0, |payload| payload.body.len())
}

fn check_large(response: &Response<SimpleResponse>) {
    assert_eq!(response.get_ref().payload, payload(314_159));
}

fn check_status<T>(result: Result<T, Status>, code: Code, message: Option<&str>) {
    let status = result.err().expect("the call succeeded");
    assert_eq!(status.code(), code, "{status}");
    if let Some(message) = message {
        assert_eq!(status.message(), message);
    }
}

async fn duplex_to_end(client: &mut Client, request: Request<StreamingOutputCallRequest>) -> Result<usize, Status> {
    let (metadata, extensions, message) = request.into_parts();
    let requests = Request::from_parts(metadata, extensions, tokio_stream::once(message));
    let mut responses = client.full_duplex_call(requests).await?.into_inner();
    let mut count = 0;
    while responses.message().await?.is_some() {
        count += 1;
    }
    Ok(count)
}

async fn streams(client: &mut Client, name: &str) -> Outcome {
    match name {
        "client_streaming" => {
            let requests = REQUEST_SIZES
                .map(|size| StreamingInputCallRequest { payload: payload(size), ..Default::default() });
            let response = client.streaming_input_call(tokio_stream::iter(requests)).await?;
            assert_eq!(response.get_ref().aggregated_payload_size, 74_922);
        }
        "server_streaming" => {
            let response_parameters = RESPONSE_SIZES.map(parameters).to_vec();
            let request = StreamingOutputCallRequest { response_parameters, ..Default::default() };
            let mut responses = client.streaming_output_call(request).await?.into_inner();
            let mut sizes = Vec::new();
            while let Some(response) = responses.message().await? {
                sizes.push(size_of(&response.payload));
            }
            assert_eq!(sizes, RESPONSE_SIZES);
        }
        "ping_pong" => {
            let (sender, receiver) = mpsc::channel(1);
            // Some servers send no headers before the first response, which waits for the first request.
            sender.send(duplex_request(RESPONSE_SIZES[0], REQUEST_SIZES[0])).await?;
            let mut responses = client.full_duplex_call(ReceiverStream::new(receiver)).await?.into_inner();
            for i in 0..4 {
                let response = responses.message().await?.expect("a response");
                assert_eq!(size_of(&response.payload), RESPONSE_SIZES[i]);
                if i < 3 {
                    sender.send(duplex_request(RESPONSE_SIZES[i + 1], REQUEST_SIZES[i + 1])).await?;
                }
            }
            drop(sender);
            assert!(responses.message().await?.is_none());
        }
        "empty_stream" => {
            let mut responses = client.full_duplex_call(tokio_stream::empty()).await?.into_inner();
            assert!(responses.message().await?.is_none());
        }
        // A call is cancelled by dropping it; its status is seen by nobody but the server.
        "cancel_after_first_response" => {
            let (sender, receiver) = mpsc::channel(1);
            sender.send(duplex_request(31_415, 27_182)).await?;
            let mut responses = client.full_duplex_call(ReceiverStream::new(receiver)).await?.into_inner();
            assert_eq!(size_of(&responses.message().await?.expect("a response").payload), 31_415);
            drop(responses);
            client.empty_call(Empty {}).await?;
        }
        "timeout_on_sleeping_server" => {
            let mut message = duplex_request(31_415, 27_182);
            message.response_parameters[0].interval_us = 1_000_000;
            let mut request = message.into_request();
            request.set_timeout(Duration::from_millis(1));
            check_status(duplex_to_end(client, request).await, Code::DeadlineExceeded, None);
        }
        _ => return Err(format!("no such case: {name}").into()),
    }
    Ok(())
}

async fn custom_metadata(client: &mut Client) -> Outcome {
    fn with_metadata<T>(message: T) -> Request<T> {
        let mut request = Request::new(message);
        request.metadata_mut().insert(INITIAL_KEY, MetadataValue::from_static("test_initial_metadata_value"));
        request.metadata_mut().insert_bin(TRAILING_KEY, MetadataValue::from_bytes(b"\xab\xab\xab"));
        request
    }
    fn check(headers: &MetadataMap, trailers: &MetadataMap) {
        assert_eq!(headers.get(INITIAL_KEY).expect("the header"), "test_initial_metadata_value");
        let value = trailers.get_bin(TRAILING_KEY).expect("the trailer").to_bytes().expect("base64");
        assert_eq!(value.as_ref(), b"\xab\xab\xab");
    }
    let response = client.unary_call(with_metadata(large_request())).await?;
    check_large(&response);
    // Of a unary call tonic gives headers and trailers as one.
    check(response.metadata(), response.metadata());
    let requests = tokio_stream::once(duplex_request(314_159, 271_828));
    let (headers, mut responses, _) = client.full_duplex_call(with_metadata(requests)).await?.into_parts();
    assert_eq!(size_of(&responses.message().await?.expect("a response").payload), 314_159);
    assert!(responses.message().await?.is_none());
    check(&headers, &responses.trailers().await?.expect("trailers"));
    Ok(())
}

async fn compressed(client: Client, name: &str) -> Outcome {
    let mut plain = client.clone().accept_compressed(Gzip);
    let mut gzip = client.accept_compressed(Gzip).send_compressed(Gzip);
    match name {
        "client_compressed_unary" => {
            let request = |value| SimpleRequest { expect_compressed: flag(value), ..large_request() };
            check_status(plain.unary_call(request(true)).await, Code::InvalidArgument, None);
            check_large(&gzip.unary_call(request(true)).await?);
            check_large(&plain.unary_call(request(false)).await?);
        }
        "server_compressed_unary" => {
            for value in [true, false] {
                let request = SimpleRequest { response_compressed: flag(value), ..large_request() };
                check_large(&plain.unary_call(request).await?);
            }
        }
        _ => {
            let sizes = [(31_415, true), (92_653, false)];
            let asked = |(size, value)| ResponseParameters { compressed: flag(value), ..parameters(size) };
            let response_parameters = sizes.map(asked).to_vec();
            let request = StreamingOutputCallRequest { response_parameters, ..Default::default() };
            let mut responses = plain.streaming_output_call(request).await?.into_inner();
            for (size, _) in sizes {
                assert_eq!(size_of(&responses.message().await?.expect("a response").payload), size);
            }
            assert!(responses.message().await?.is_none());
        }
    }
    Ok(())
}

async fn run(channel: Channel, name: &str) -> Outcome {
    let mut client = TestServiceClient::new(channel.clone());
    match name {
        "empty_unary" => assert_eq!(client.empty_call(Empty {}).await?.into_inner(), Empty {}),
        "large_unary" => check_large(&client.unary_call(large_request()).await?),
        "custom_metadata" => custom_metadata(&mut client).await?,
        "status_code_and_message" => {
            let message = "test status message";
            let unary = SimpleRequest { response_status: asked_status(message), ..Default::default() };
            check_status(client.unary_call(unary).await, Code::Unknown, Some(message));
            let duplex = StreamingOutputCallRequest { response_status: asked_status(message), ..Default::default() };
            check_status(duplex_to_end(&mut client, duplex.into_request()).await, Code::Unknown, Some(message));
        }
        "special_status_message" => {
            let request = SimpleRequest { response_status: asked_status(SPECIAL_MESSAGE), ..Default::default() };
            check_status(client.unary_call(request).await, Code::Unknown, Some(SPECIAL_MESSAGE));
        }
        "unimplemented_method" => {
            check_status(client.unimplemented_call(Empty {}).await, Code::Unimplemented, None);
        }
        "unimplemented_service" => {
            let mut other = UnimplementedServiceClient::new(channel);
            check_status(other.unimplemented_call(Empty {}).await, Code::Unimplemented, None);
        }
        "pick_first_unary" => {
            let mut ids = HashSet::new();
            for _ in 0..100 {
                let request = SimpleRequest { response_size: 1, fill_server_id: true, ..Default::default() };
                ids.insert(client.unary_call(request).await?.into_inner().server_id);
            }
            assert!(ids.len() == 1 && !ids.contains(""), "{ids:?}");
        }
        _ if name.contains("_compressed_") => compressed(client, name).await?,
        _ => streams(&mut client, name).await?,
    }
    Ok(())
}

#[tokio::main]
async fn main() -> Outcome {
    let flags = flags();
    let scheme = if flags.contains_key("use_tls") { "https" } else { "http" };
    let mut endpoint = Endpoint::from_shared(format!("{scheme}://{}:{}", flags["server_host"], flags["server_port"]))?;
    if let Some(file) = flags.get("ca_file") {
        let ca = Certificate::from_pem(std::fs::read(file)?);
        endpoint = endpoint.tls_config(ClientTlsConfig::new().ca_certificate(ca))?;
    }
    run(endpoint.connect().await?, &flags["test_case"]).await
}
