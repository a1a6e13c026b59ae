module zhitu

go 1.26.0

require (
	github.com/google/go-cmp v0.7.0 // indirect
	github.com/neo4j/neo4j-go-driver/v5 v5.28.4 // indirect
	go.etcd.io/bbolt v1.5.0 // indirect
	golang.org/x/sys v0.45.0 // indirect
	golang.org/x/text v0.44.0 // indirect
	pgregory.net/rapid v1.3.0 // indirect
)
