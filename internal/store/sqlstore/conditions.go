package sqlstore

import (
	"fmt"
	"strings"
)

// conditions make the where of a list that is filtered by what was asked for.
type conditions struct {
	where string
	args  []any
}

func newConditions() *conditions { return &conditions{where: "true"} }

// add adds a condition in which each ? stands for one of the values.
func (q *conditions) add(condition string, values ...any) {
	for _, v := range values {
		condition = strings.Replace(condition, "?", q.arg(v), 1)
	}
	q.where += " and " + condition
}

// arg adds a value and returns what stands for it.
func (q *conditions) arg(value any) string {
	q.args = append(q.args, value)
	return fmt.Sprintf("$%d", len(q.args))
}
