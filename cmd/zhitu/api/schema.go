package api

import (
	"context"

	"zhitu/graph"
)

// schemaBody is the schema table: what can be stored, and how it is checked.
type schemaBody struct {
	NodeKinds    []graph.NodeSpec   `json:"node_kinds"`
	EdgeKinds    []graph.EdgeSpec   `json:"edge_kinds"`
	CommonFields []graph.FieldSpec  `json:"common_fields"`
	Vocabularies []graph.Vocabulary `json:"vocabularies"`
	Rules        []ruleText         `json:"rules"`
	Limits       limitsBody         `json:"limits"`
}

// ruleText is what an error code of a write says, in both languages.
type ruleText struct {
	Code string `json:"code"`
	Zh   string `json:"zh"`
	En   string `json:"en"`
}

// limitsBody are the sizes that a write may have.
type limitsBody struct {
	NameRunes       int `json:"name_runes"`
	TextBytes       int `json:"text_bytes"`
	ListItems       int `json:"list_items"`
	Evidence        int `json:"evidence"`
	BatchOperations int `json:"batch_operations"`
	BatchBytes      int `json:"batch_bytes"`
}

func (a *API) schema(context.Context, struct{}) (schemaBody, error) {
	b := schemaBody{
		NodeKinds: []graph.NodeSpec{}, EdgeKinds: []graph.EdgeSpec{}, CommonFields: graph.CommonFields(),
		Vocabularies: graph.Vocabularies(), Rules: []ruleText{},
		Limits: limitsBody{
			NameRunes: graph.MaxNameRunes, TextBytes: graph.MaxTextBytes, ListItems: graph.MaxListItems,
			Evidence: graph.MaxEvidence, BatchOperations: graph.MaxBatchOps, BatchBytes: graph.MaxBatchBytes,
		},
	}
	for _, spec := range graph.Nodes() {
		if spec.System {
			continue
		}
		spec.Fields = listed(spec.Fields)
		b.NodeKinds = append(b.NodeKinds, spec)
	}
	for _, spec := range graph.Edges() {
		spec.Fields = listed(spec.Fields)
		b.EdgeKinds = append(b.EdgeKinds, spec)
	}
	for _, code := range graph.RuleCodes() {
		b.Rules = append(b.Rules, ruleText{Code: code, Zh: graph.Title(graph.Chinese, code), En: graph.Title(graph.English, code)})
	}
	return b, nil
}

// listed writes no list as an empty one.
func listed[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
