package main

import (
	"context"
	"io"
	"net"
	"os"
	"runtime/debug"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	"peregrine.test/grpc-go/echo"
)

type echoServer struct {
	echo.UnimplementedEchoServer
}

func (echoServer) Unary(_ context.Context, request *echo.EchoRequest) (*echo.EchoResponse, error) {
	return &echo.EchoResponse{Payload: request.Payload, Text: request.Text}, nil
}

func (echoServer) ServerStream(request *echo.EchoRequest, stream grpc.ServerStreamingServer[echo.EchoResponse]) error {
	for index := int32(0); index < request.Count; index++ {
		response := &echo.EchoResponse{Payload: request.Payload, Text: request.Text, Index: index}
		if err := stream.Send(response); err != nil {
			return err
		}
	}
	return nil
}

func (echoServer) ClientStream(stream grpc.ClientStreamingServer[echo.EchoRequest, echo.EchoSummary]) error {
	summary := &echo.EchoSummary{}
	for {
		request, err := stream.Recv()
		if err == io.EOF {
			return stream.SendAndClose(summary)
		}
		if err != nil {
			return err
		}
		summary.Count++
		summary.PayloadBytes += int64(len(request.Payload))
	}
}

func (echoServer) Bidi(stream grpc.BidiStreamingServer[echo.EchoRequest, echo.EchoResponse]) error {
	for {
		request, err := stream.Recv()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := stream.Send(&echo.EchoResponse{Payload: request.Payload, Text: request.Text}); err != nil {
			return err
		}
	}
}

func serve() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fail(err)
	}
	options := []grpc.ServerOption{}
	if cert := os.Getenv("BENCH_TLS_CERT"); cert != "" {
		creds, err := credentials.NewServerTLSFromFile(cert, os.Getenv("BENCH_TLS_KEY"))
		if err != nil {
			fail(err)
		}
		options = append(options, grpc.Creds(creds))
	}
	server := grpc.NewServer(options...)
	echo.RegisterEchoServer(server, echoServer{})
	go func() {
		if err := server.Serve(listener); err != nil {
			fail(err)
		}
	}()
	say(map[string]int{"port": listener.Addr().(*net.TCPAddr).Port})
	answerLines(func([]byte) (any, error) {
		debug.FreeOSMemory()
		return map[string]bool{"settled": true}, nil
	})
}
