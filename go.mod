module zhitu

go 1.26
