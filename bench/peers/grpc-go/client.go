package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"

	"peregrine.test/grpc-go/echo"
)

// Task is what the harness asks for; see bench/client/task.ts.
type Task struct {
	Kind         string  `json:"kind"`
	Port         int     `json:"port"`
	CA           string  `json:"ca"`
	PayloadBytes int     `json:"payloadBytes"`
	InFlight     int     `json:"inFlight"`
	Messages     int     `json:"messages"`
	DurationMs   float64 `json:"durationMs"`
	Beside       *Beside `json:"beside"`
}

// Beside is unary calls of another size that are under way meanwhile.
type Beside struct {
	PayloadBytes int `json:"payloadBytes"`
	InFlight     int `json:"inFlight"`
}

func makePayload(size int) []byte {
	payload := make([]byte, size)
	for i := range payload {
		payload[i] = byte(i*31) & 0x7f
	}
	return payload
}

func dial(port int, ca string) (*grpc.ClientConn, error) {
	creds := insecure.NewCredentials()
	if ca != "" {
		var err error
		if creds, err = credentials.NewClientTLSFromFile(ca, ""); err != nil {
			return nil, err
		}
	}
	return grpc.NewClient(fmt.Sprintf("127.0.0.1:%d", port), grpc.WithTransportCredentials(creds))
}

// call runs one call of the task's kind, and looks at every answer.
func call(client echo.EchoClient, task Task, payload []byte) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	switch task.Kind {
	case "unary":
		response, err := client.Unary(ctx, &echo.EchoRequest{Payload: payload})
		if err != nil {
			return err
		}
		return compare(response, payload)
	case "server-stream":
		stream, err := client.ServerStream(ctx, &echo.EchoRequest{Payload: payload, Count: int32(task.Messages)})
		if err != nil {
			return err
		}
		return readAll(stream.Recv, payload, task.Messages)
	case "client-stream":
		return clientStream(ctx, client, task, payload)
	case "bidi":
		return bidi(ctx, client, task, payload)
	}
	return fmt.Errorf("there is no kind %q", task.Kind)
}

func clientStream(ctx context.Context, client echo.EchoClient, task Task, payload []byte) error {
	stream, err := client.ClientStream(ctx)
	if err != nil {
		return err
	}
	for range task.Messages {
		if err := stream.Send(&echo.EchoRequest{Payload: payload}); err != nil {
			return err
		}
	}
	summary, err := stream.CloseAndRecv()
	if err != nil {
		return err
	}
	if int(summary.Count) != task.Messages {
		return fmt.Errorf("the server counted %d messages, not %d", summary.Count, task.Messages)
	}
	return nil
}

// bidi sends and reads at once.
func bidi(ctx context.Context, client echo.EchoClient, task Task, payload []byte) error {
	stream, err := client.Bidi(ctx)
	if err != nil {
		return err
	}
	sent := make(chan error, 1)
	go func() {
		for range task.Messages {
			if err := stream.Send(&echo.EchoRequest{Payload: payload}); err != nil {
				sent <- err
				return
			}
		}
		sent <- stream.CloseSend()
	}()
	if err := readAll(stream.Recv, payload, task.Messages); err != nil {
		return err
	}
	return <-sent
}

func readAll(receive func() (*echo.EchoResponse, error), payload []byte, messages int) error {
	for count := 0; ; count++ {
		response, err := receive()
		if err == io.EOF {
			if count != messages {
				return fmt.Errorf("%d messages came, not %d", count, messages)
			}
			return nil
		}
		if err != nil {
			return err
		}
		if err := compare(response, payload); err != nil {
			return err
		}
	}
}

// compare looks at the bytes of a small answer, and at the length of a large one: to compare MiBs would be timed.
func compare(response *echo.EchoResponse, payload []byte) error {
	if len(response.Payload) != len(payload) {
		return fmt.Errorf("an answer of %d bytes, not %d", len(response.Payload), len(payload))
	}
	if len(payload) <= 1024 && !bytes.Equal(response.Payload, payload) {
		return fmt.Errorf("the answer is not what was sent")
	}
	return nil
}

func serveTasks() {
	clients := map[int]echo.EchoClient{}
	answerLines(func(line []byte) (any, error) {
		var task Task
		if err := json.Unmarshal(line, &task); err != nil {
			return nil, err
		}
		client, known := clients[task.Port]
		if !known {
			connection, err := dial(task.Port, task.CA)
			if err != nil {
				return nil, err
			}
			client = echo.NewEchoClient(connection)
			clients[task.Port] = client
		}
		return measure(client, task)
	})
}
