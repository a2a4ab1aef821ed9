// The official interop cases on Square's Wire, with the flags of the official clients.

import com.squareup.wire.GrpcClient
import com.squareup.wire.GrpcException
import com.squareup.wire.GrpcStatus
import com.squareup.wire.GrpcStreamingCall
import grpc.testing.BoolValue
import grpc.testing.EchoStatus
import grpc.testing.Empty
import grpc.testing.GrpcTestServiceClient
import grpc.testing.GrpcUnimplementedServiceClient
import grpc.testing.Payload
import grpc.testing.ResponseParameters
import grpc.testing.SimpleRequest
import grpc.testing.SimpleResponse
import grpc.testing.StreamingInputCallRequest
import grpc.testing.StreamingOutputCallRequest
import java.io.File
import java.io.IOException
import java.security.KeyStore
import java.security.cert.CertificateFactory
import java.time.Duration
import javax.net.ssl.SSLContext
import javax.net.ssl.TrustManagerFactory
import javax.net.ssl.X509TrustManager
import okhttp3.OkHttpClient
import okhttp3.Protocol
import okio.ByteString.Companion.toByteString

private fun body(size: Int) = Payload(body = ByteArray(size).toByteString())

private fun wireRequest(expectCompressed: Boolean? = null, responseCompressed: Boolean? = null) =
  SimpleRequest(
    response_size = 314159,
    payload = body(271828),
    expect_compressed = expectCompressed?.let { BoolValue(it) },
    response_compressed = responseCompressed?.let { BoolValue(it) },
  )

private fun checkLargeResponse(response: SimpleResponse) = check(response.payload == body(314159)) { "another payload" }

private fun duplexRequest(responseSize: Int, requestSize: Int) =
  StreamingOutputCallRequest(
    response_parameters = listOf(ResponseParameters(size = responseSize)),
    payload = body(requestSize),
  )

private suspend fun expectStatus(status: GrpcStatus, message: String? = null, call: suspend () -> Any?) {
  try {
    call()
  } catch (error: GrpcException) {
    check(error.grpcStatus == status) { error }
    check(message == null || error.grpcMessage == message) { error }
    return
  }
  throw AssertionError("the call succeeded")
}

/** Sends all requests, and reads to the end. */
private fun <S : Any, R : Any> exchange(call: GrpcStreamingCall<S, R>, requests: List<S>): List<R> {
  val (sink, source) = call.executeBlocking()
  source.use {
    sink.use { requests.forEach(it::write) }
    return generateSequence { source.read() }.toList()
  }
}

private fun trust(ca: File): X509TrustManager {
  val store = KeyStore.getInstance(KeyStore.getDefaultType()).apply { load(null) }
  store.setCertificateEntry("ca", ca.inputStream().use { CertificateFactory.getInstance("X.509").generateCertificate(it) })
  val factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm()).apply { init(store) }
  return factory.trustManagers.single() as X509TrustManager
}

private class WireCases(flags: Flags) {
  private val http = OkHttpClient.Builder().readTimeout(Duration.ofSeconds(20)).apply {
    val ca = flags.ca
    if (ca == null) {
      protocols(listOf(Protocol.H2_PRIOR_KNOWLEDGE))
    } else {
      val trusted = trust(ca)
      val tls = SSLContext.getInstance("TLS").apply { init(null, arrayOf(trusted), null) }
      sslSocketFactory(tls.socketFactory, trusted)
    }
  }.build()
  private val url = "${if (flags.ca == null) "http" else "https"}://${flags.host}:${flags.port}"
  private val plainClient = client(Long.MAX_VALUE)
  private val plain = GrpcTestServiceClient(plainClient)
  private val gzip = GrpcTestServiceClient(client(0))

  private fun client(minMessageToCompress: Long) =
    GrpcClient.Builder().client(http).baseUrl(url).minMessageToCompress(minMessageToCompress).build()

  private fun clientStreaming() {
    val requests = requestSizes.map { StreamingInputCallRequest(payload = body(it)) }
    check(exchange(plain.StreamingInputCall(), requests).single().aggregated_payload_size == 74922)
  }

  private fun serverStreaming(vararg asked: ResponseParameters) {
    val request = StreamingOutputCallRequest(response_parameters = asked.toList())
    val sizes = exchange(plain.StreamingOutputCall(), listOf(request)).map { it.payload?.body?.size }
    check(sizes == asked.map { it.size }) { sizes }
  }

  private fun pingPong() {
    val (sink, source) = plain.FullDuplexCall().executeBlocking()
    for ((responseSize, requestSize) in responseSizes.zip(requestSizes)) {
      sink.write(duplexRequest(responseSize, requestSize))
      check(source.read()?.payload?.body?.size == responseSize)
    }
    sink.close()
    check(source.read() == null)
  }

  private suspend fun statusCodeAndMessage() {
    val status = EchoStatus(code = 2, message = "test status message")
    val request = SimpleRequest(response_status = status)
    expectStatus(GrpcStatus.UNKNOWN, status.message) { plain.UnaryCall().execute(request) }
    val streamed = StreamingOutputCallRequest(response_status = status)
    expectStatus(GrpcStatus.UNKNOWN, status.message) { exchange(plain.FullDuplexCall(), listOf(streamed)) }
  }

  private suspend fun cancelAfterFirstResponse() {
    val call = plain.FullDuplexCall()
    val (sink, source) = call.executeBlocking()
    sink.write(duplexRequest(31415, 27182))
    check(source.read()?.payload?.body?.size == 31415)
    call.cancel()
    try {
      source.read()
      throw AssertionError("the call was not cancelled")
    } catch (_: IOException) {
      // Its way to say so.
    }
    plain.EmptyCall().execute(Empty())
  }

  private suspend fun pickFirstUnary() {
    val request = SimpleRequest(response_size = 1, payload = body(1), fill_server_id = true)
    val ids = (1..100).map { plain.UnaryCall().execute(request).server_id }.toSet()
    check(ids.size == 1 && "" !in ids) { ids }
  }

  private suspend fun clientCompressedUnary() {
    val expected = wireRequest(expectCompressed = true)
    expectStatus(GrpcStatus.INVALID_ARGUMENT) { plain.UnaryCall().execute(expected) }
    checkLargeResponse(gzip.UnaryCall().execute(expected))
    checkLargeResponse(plain.UnaryCall().execute(wireRequest(expectCompressed = false)))
  }

  suspend fun run(name: String): Any? = when (name) {
    "empty_unary" -> plain.EmptyCall().execute(Empty())
    "large_unary" -> checkLargeResponse(plain.UnaryCall().execute(wireRequest()))
    "client_streaming" -> clientStreaming()
    "server_streaming" -> serverStreaming(*responseSizes.map { ResponseParameters(size = it) }.toTypedArray())
    "ping_pong" -> pingPong()
    "empty_stream" -> check(exchange(plain.FullDuplexCall(), listOf()).isEmpty())
    "status_code_and_message" -> statusCodeAndMessage()
    "special_status_message" -> {
      val request = SimpleRequest(response_status = EchoStatus(code = 2, message = SPECIAL_MESSAGE))
      expectStatus(GrpcStatus.UNKNOWN, SPECIAL_MESSAGE) { plain.UnaryCall().execute(request) }
    }
    "unimplemented_method" -> expectStatus(GrpcStatus.UNIMPLEMENTED) { plain.UnimplementedCall().execute(Empty()) }
    "unimplemented_service" -> {
      val other = GrpcUnimplementedServiceClient(plainClient)
      expectStatus(GrpcStatus.UNIMPLEMENTED) { other.UnimplementedCall().execute(Empty()) }
    }
    "cancel_after_first_response" -> cancelAfterFirstResponse()
    "pick_first_unary" -> pickFirstUnary()
    "client_compressed_unary" -> clientCompressedUnary()
    "server_compressed_unary" ->
      for (value in listOf(true, false)) checkLargeResponse(plain.UnaryCall().execute(wireRequest(responseCompressed = value)))
    "server_compressed_streaming" ->
      serverStreaming(
        ResponseParameters(size = 31415, compressed = BoolValue(true)),
        ResponseParameters(size = 92653, compressed = BoolValue(false)),
      )
    else -> throw IllegalArgumentException("no such case: $name")
  }
}

object WireClient {
  @JvmStatic
  fun main(args: Array<String>) {
    val flags = Flags(args)
    runCase { WireCases(flags).run(flags.case) ?: Unit }
  }
}
