// The official interop cases on grpc-kotlin's stubs, over whatever channel carries them.

import com.google.protobuf.ByteString
import io.grpc.CallOptions
import io.grpc.Channel
import io.grpc.ClientInterceptors
import io.grpc.Metadata
import io.grpc.Status
import io.grpc.StatusException
import io.grpc.kotlin.ClientCalls.bidiStreamingRpc
import io.grpc.kotlin.ClientCalls.clientStreamingRpc
import io.grpc.kotlin.ClientCalls.serverStreamingRpc
import io.grpc.kotlin.ClientCalls.unaryRpc
import io.grpc.stub.MetadataUtils
import io.grpc.testing.integration.EmptyProtos.Empty
import io.grpc.testing.integration.Messages.BoolValue
import io.grpc.testing.integration.Messages.EchoStatus
import io.grpc.testing.integration.Messages.Payload
import io.grpc.testing.integration.Messages.ResponseParameters
import io.grpc.testing.integration.Messages.SimpleRequest
import io.grpc.testing.integration.Messages.SimpleResponse
import io.grpc.testing.integration.Messages.StreamingInputCallRequest
import io.grpc.testing.integration.Messages.StreamingOutputCallRequest
import io.grpc.testing.integration.Messages.StreamingOutputCallResponse
import io.grpc.testing.integration.TestServiceGrpc
import io.grpc.testing.integration.UnimplementedServiceGrpc
import java.util.concurrent.TimeUnit.MILLISECONDS
import java.util.concurrent.TimeUnit.SECONDS
import java.util.concurrent.atomic.AtomicReference
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.asFlow
import kotlinx.coroutines.flow.emptyFlow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOf
import kotlinx.coroutines.flow.receiveAsFlow
import kotlinx.coroutines.flow.single
import kotlinx.coroutines.flow.toList

val requestSizes = listOf(27182, 8, 1828, 45904)
val responseSizes = listOf(31415, 9, 2653, 58979)
const val SPECIAL_MESSAGE = "\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \uD83D\uDE08\t\n"
val initialKey: Metadata.Key<String> =
  Metadata.Key.of("x-grpc-test-echo-initial", Metadata.ASCII_STRING_MARSHALLER)
val trailingKey: Metadata.Key<ByteArray> =
  Metadata.Key.of("x-grpc-test-echo-trailing-bin", Metadata.BINARY_BYTE_MARSHALLER)

fun payload(size: Int): Payload = Payload.newBuilder().setBody(ByteString.copyFrom(ByteArray(size))).build()

fun bool(value: Boolean): BoolValue = BoolValue.newBuilder().setValue(value).build()

fun largeRequest(): SimpleRequest.Builder =
  SimpleRequest.newBuilder().setResponseSize(314159).setPayload(payload(271828))

fun checkLarge(response: SimpleResponse) = check(response.payload == payload(314159)) { "another payload" }

fun parameters(size: Int): ResponseParameters.Builder = ResponseParameters.newBuilder().setSize(size)

fun duplexRequest(asked: ResponseParameters.Builder, requestSize: Int): StreamingOutputCallRequest =
  StreamingOutputCallRequest.newBuilder().addResponseParameters(asked).setPayload(payload(requestSize)).build()

fun askedStatus(message: String): EchoStatus = EchoStatus.newBuilder().setCode(2).setMessage(message).build()

fun sizes(responses: List<StreamingOutputCallResponse>): List<Int> = responses.map { it.payload.body.size() }

suspend fun expectStatus(code: Status.Code, message: String? = null, call: suspend () -> Any) {
  val status = try {
    call()
    throw AssertionError("the call succeeded")
  } catch (error: StatusException) {
    error.status
  }
  check(status.code == code) { status }
  check(message == null || status.description == message) { status }
}

class Cases(private val channel: Channel) {
  private val options = CallOptions.DEFAULT.withDeadlineAfter(20, SECONDS)

  private suspend fun unary(
    request: SimpleRequest,
    options: CallOptions = this.options,
    channel: Channel = this.channel,
    metadata: Metadata = Metadata(),
  ): SimpleResponse = unaryRpc(channel, TestServiceGrpc.getUnaryCallMethod(), request, options, metadata)

  private fun duplex(
    requests: Flow<StreamingOutputCallRequest>,
    options: CallOptions = this.options,
    channel: Channel = this.channel,
    metadata: Metadata = Metadata(),
  ): Flow<StreamingOutputCallResponse> =
    bidiStreamingRpc(channel, TestServiceGrpc.getFullDuplexCallMethod(), requests, options, metadata)

  private suspend fun streamingInput(requests: Flow<StreamingInputCallRequest>): Int =
    clientStreamingRpc(channel, TestServiceGrpc.getStreamingInputCallMethod(), requests, options).aggregatedPayloadSize

  private suspend fun streamingOutput(request: StreamingOutputCallRequest): List<Int> =
    sizes(serverStreamingRpc(channel, TestServiceGrpc.getStreamingOutputCallMethod(), request, options).toList())

  suspend fun emptyUnary() {
    val empty = Empty.getDefaultInstance()
    check(unaryRpc(channel, TestServiceGrpc.getEmptyCallMethod(), empty, options) == empty)
  }

  suspend fun clientStreaming() {
    val requests = requestSizes.map { StreamingInputCallRequest.newBuilder().setPayload(payload(it)).build() }
    check(streamingInput(requests.asFlow()) == 74922)
  }

  suspend fun serverStreaming() {
    val request = StreamingOutputCallRequest.newBuilder()
    for (size in responseSizes) request.addResponseParameters(parameters(size))
    check(streamingOutput(request.build()) == responseSizes)
  }

  suspend fun pingPong() {
    val waiting = kotlinx.coroutines.channels.Channel<StreamingOutputCallRequest>(1)
    fun send(i: Int) = waiting.trySend(duplexRequest(parameters(responseSizes[i]), requestSizes[i])).getOrThrow()
    var received = 0
    send(0)
    duplex(waiting.receiveAsFlow()).collect {
      check(it.payload.body.size() == responseSizes[received])
      if (++received < 4) send(received) else waiting.close()
    }
    check(received == 4)
  }

  suspend fun customMetadata() {
    val value = byteArrayOf(0xab.toByte(), 0xab.toByte(), 0xab.toByte())
    val headers = AtomicReference<Metadata>()
    val trailers = AtomicReference<Metadata>()
    val seen =
      ClientInterceptors.intercept(channel, MetadataUtils.newCaptureMetadataInterceptor(headers, trailers))
    fun sent() = Metadata().apply {
      put(initialKey, "test_initial_metadata_value")
      put(trailingKey, value)
    }
    fun checkSeen() {
      check(headers.get().get(initialKey) == "test_initial_metadata_value") { headers.get() }
      check(trailers.get().get(trailingKey).contentEquals(value)) { trailers.get() }
    }
    checkLarge(unary(largeRequest().build(), channel = seen, metadata = sent()))
    checkSeen()
    duplex(flowOf(duplexRequest(parameters(314159), 271828)), channel = seen, metadata = sent()).single()
    checkSeen()
  }

  suspend fun statusCodeAndMessage() {
    val status = askedStatus("test status message")
    val request = SimpleRequest.newBuilder().setResponseStatus(status).build()
    expectStatus(Status.Code.UNKNOWN, status.message) { unary(request) }
    val streamed = StreamingOutputCallRequest.newBuilder().setResponseStatus(status).build()
    expectStatus(Status.Code.UNKNOWN, status.message) { duplex(flowOf(streamed)).toList() }
  }

  suspend fun specialStatusMessage() {
    val request = SimpleRequest.newBuilder().setResponseStatus(askedStatus(SPECIAL_MESSAGE)).build()
    expectStatus(Status.Code.UNKNOWN, SPECIAL_MESSAGE) { unary(request) }
  }

  suspend fun unimplemented(method: io.grpc.MethodDescriptor<Empty, Empty>) =
    expectStatus(Status.Code.UNIMPLEMENTED) { unaryRpc(channel, method, Empty.getDefaultInstance(), options) }

  suspend fun cancelAfterBegin() = coroutineScope {
    val begun = CompletableDeferred<Unit>()
    val call = async(start = CoroutineStart.UNDISPATCHED) {
      streamingInput(flow { begun.complete(Unit); awaitCancellation() })
    }
    begun.await()
    call.cancelAndJoin()
    check(call.isCancelled)
    // The connection is still good for other calls.
    emptyUnary()
  }

  suspend fun cancelAfterFirstResponse() {
    val requests = flow { emit(duplexRequest(parameters(31415), 27182)); awaitCancellation() }
    try {
      duplex(requests).collect {
        check(it.payload.body.size() == 31415)
        throw CancellationException("enough")
      }
      throw AssertionError("the call was not cancelled")
    } catch (error: CancellationException) {
      check(error.message == "enough")
    }
    emptyUnary()
  }

  suspend fun timeoutOnSleepingServer() {
    val request = duplexRequest(parameters(31415).setIntervalUs(1_000_000), 27182)
    val soon = CallOptions.DEFAULT.withDeadlineAfter(1, MILLISECONDS)
    expectStatus(Status.Code.DEADLINE_EXCEEDED) { duplex(flowOf(request), soon).toList() }
  }

  suspend fun pickFirstUnary() {
    val request = SimpleRequest.newBuilder().setResponseSize(1).setPayload(payload(1)).setFillServerId(true).build()
    val ids = (1..100).map { unary(request).serverId }.toSet()
    check(ids.size == 1 && "" !in ids) { ids }
  }

  suspend fun clientCompressedUnary() {
    val expected = largeRequest().setExpectCompressed(bool(true)).build()
    expectStatus(Status.Code.INVALID_ARGUMENT) { unary(expected) }
    checkLarge(unary(expected, options.withCompression("gzip")))
    checkLarge(unary(largeRequest().setExpectCompressed(bool(false)).build()))
  }

  suspend fun serverCompressedUnary() {
    for (value in listOf(true, false)) checkLarge(unary(largeRequest().setResponseCompressed(bool(value)).build()))
  }

  suspend fun serverCompressedStreaming() {
    val request = StreamingOutputCallRequest.newBuilder()
      .addResponseParameters(parameters(31415).setCompressed(bool(true)))
      .addResponseParameters(parameters(92653).setCompressed(bool(false)))
    check(streamingOutput(request.build()) == listOf(31415, 92653))
  }

  suspend fun run(name: String): Any = when (name) {
    "empty_unary" -> emptyUnary()
    "large_unary" -> checkLarge(unary(largeRequest().build()))
    "client_streaming" -> clientStreaming()
    "server_streaming" -> serverStreaming()
    "ping_pong" -> pingPong()
    "empty_stream" -> check(duplex(emptyFlow()).toList().isEmpty())
    "custom_metadata" -> customMetadata()
    "status_code_and_message" -> statusCodeAndMessage()
    "special_status_message" -> specialStatusMessage()
    "unimplemented_method" -> unimplemented(TestServiceGrpc.getUnimplementedCallMethod())
    "unimplemented_service" -> unimplemented(UnimplementedServiceGrpc.getUnimplementedCallMethod())
    "cancel_after_begin" -> cancelAfterBegin()
    "cancel_after_first_response" -> cancelAfterFirstResponse()
    "timeout_on_sleeping_server" -> timeoutOnSleepingServer()
    "pick_first_unary" -> pickFirstUnary()
    "client_compressed_unary" -> clientCompressedUnary()
    "server_compressed_unary" -> serverCompressedUnary()
    "server_compressed_streaming" -> serverCompressedStreaming()
    else -> throw IllegalArgumentException("no such case: $name")
  }
}
