//! Echoes a request header as a trailer, which tonic lets no handler do.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::{HeaderValue, Request, Response};
use http_body::{Body, Frame, SizeHint};
use tower_layer::Layer;
use tower_service::Service;

use crate::TRAILING_KEY;

#[derive(Clone)]
pub struct EchoTrailersLayer;

impl<S> Layer<S> for EchoTrailersLayer {
    type Service = EchoTrailers<S>;

    fn layer(&self, inner: S) -> Self::Service {
        EchoTrailers(inner)
    }
}

#[derive(Clone)]
pub struct EchoTrailers<S>(S);

impl<S, In, Out> Service<Request<In>> for EchoTrailers<S>
where
    S: Service<Request<In>, Response = Response<Out>>,
    S::Future: Send + 'static,
{
    type Response = Response<EchoBody<Out>>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: Request<In>) -> Self::Future {
        let echoed = request.headers().get(TRAILING_KEY).cloned();
        let response = self.0.call(request);
        Box::pin(async move { Ok(response.await?.map(|body| EchoBody { body: Box::pin(body), echoed })) })
    }
}

pub struct EchoBody<B> {
    body: Pin<Box<B>>,
    echoed: Option<HeaderValue>,
}

impl<B: Body> Body for EchoBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let echoed = self.echoed.clone();
        self.body.as_mut().poll_frame(context).map_ok(|mut frame| {
            if let (Some(trailers), Some(value)) = (frame.trailers_mut(), echoed) {
                trailers.insert(TRAILING_KEY, value);
            }
            frame
        })
    }
    /// Without it an answer of headers alone goes out as headers and an empty DATA frame.
    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
