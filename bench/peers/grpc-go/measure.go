package main

import (
	"math"
	"slices"
	"sync"
	"time"

	"peregrine.test/grpc-go/echo"
)

// Latency of one call, in microseconds.
type Latency struct {
	P50 float64 `json:"p50"`
	P99 float64 `json:"p99"`
}

// Measured is what the harness is told; see bench/client/task.ts.
type Measured struct {
	Operations int      `json:"operations"`
	ElapsedMs  float64  `json:"elapsedMs"`
	LatencyUs  *Latency `json:"latencyUs,omitempty"`
	// Calls of Beside.
	BesideOperations int `json:"besideOperations,omitempty"`
}

// runner is one goroutine's share of the load.
type runner struct {
	calls     int
	latencies []float64
	err       error
}

func (r *runner) run(client echo.EchoClient, task Task, payload []byte, endAt time.Time) {
	keep := task.Kind == "unary" && task.InFlight == 1
	for {
		start := time.Now()
		if !start.Before(endAt) && r.calls > 0 {
			return
		}
		if r.err = call(client, task, payload); r.err != nil {
			return
		}
		r.calls++
		if keep {
			r.latencies = append(r.latencies, float64(time.Since(start).Nanoseconds())/1000)
		}
	}
}

// measure keeps the asked number of calls under way until the time is over, and waits for the last of them.
func measure(client echo.EchoClient, task Task) (any, error) {
	start := time.Now()
	endAt := start.Add(time.Duration(task.DurationMs * float64(time.Millisecond)))
	var all sync.WaitGroup
	runners := startRunners(&all, client, task, endAt)
	var beside []runner
	if task.Beside != nil {
		other := Task{Kind: "unary", PayloadBytes: task.Beside.PayloadBytes, InFlight: task.Beside.InFlight}
		beside = startRunners(&all, client, other, endAt)
	}
	all.Wait()
	measured := Measured{ElapsedMs: float64(time.Since(start).Nanoseconds()) / 1e6}
	var err error
	if measured.Operations, err = countCalls(runners); err != nil {
		return nil, err
	}
	if measured.BesideOperations, err = countCalls(beside); err != nil {
		return nil, err
	}
	if task.Kind != "unary" {
		measured.Operations *= task.Messages
	}
	if latencies := runners[0].latencies; latencies != nil {
		measured.LatencyUs = percentiles(latencies)
	}
	return measured, nil
}

func startRunners(all *sync.WaitGroup, client echo.EchoClient, task Task, endAt time.Time) []runner {
	payload := makePayload(task.PayloadBytes)
	runners := make([]runner, task.InFlight)
	for i := range runners {
		all.Add(1)
		go func() {
			defer all.Done()
			runners[i].run(client, task, payload, endAt)
		}()
	}
	return runners
}

func countCalls(runners []runner) (int, error) {
	calls := 0
	for _, r := range runners {
		if r.err != nil {
			return 0, r.err
		}
		calls += r.calls
	}
	return calls, nil
}

func percentiles(latencies []float64) *Latency {
	slices.Sort(latencies)
	at := func(share float64) float64 {
		index := min(len(latencies)-1, int(math.Floor(float64(len(latencies))*share)))
		return math.Round(latencies[index]*10) / 10
	}
	return &Latency{P50: at(0.5), P99: at(0.99)}
}
