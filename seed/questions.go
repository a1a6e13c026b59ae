package seed

import (
	"encoding/json"
	"fmt"
	"sync"
)

// UserQuestion is one of the questions that users ask, as questions.json holds
// them.
type UserQuestion struct {
	ID       string `json:"id"`
	User     string `json:"user"`
	Question string `json:"question"`
	Shape    string `json:"answer_shape"`
	Watch    string `json:"watch"`
}

// Questions returns the questions of the users. The file is part of the
// binary, so that it cannot be read is a bug of ours.
var Questions = sync.OnceValue(func() []UserQuestion {
	b, err := embedded.ReadFile("data/questions.json")
	var file struct {
		Questions []UserQuestion `json:"questions"`
	}
	if err == nil {
		err = json.Unmarshal(b, &file)
	}
	if err != nil {
		panic(fmt.Sprintf("seed: questions.json: %v", err))
	}
	return file.Questions
})
