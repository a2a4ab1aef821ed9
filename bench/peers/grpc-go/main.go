// The Echo service in grpc-go: "server" or "client", asked and answering in lines of JSON as every peer is.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
)

func main() {
	if len(os.Args) != 2 {
		fail(fmt.Errorf("one argument is needed: server or client"))
	}
	switch os.Args[1] {
	case "server":
		serve()
	case "client":
		serveTasks()
	default:
		fail(fmt.Errorf("%s is neither server nor client", os.Args[1]))
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "error:", err)
	os.Exit(1)
}

func say(value any) {
	line, err := json.Marshal(value)
	if err != nil {
		fail(err)
	}
	fmt.Println(string(line))
}

// answerLines gives each line of the standard input to a function, and says what it returns, until the input ends.
func answerLines(answer func(line []byte) (any, error)) {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		value, err := answer(lines.Bytes())
		if err != nil {
			value = map[string]string{"error": err.Error()}
		}
		say(value)
	}
}
