package graph

// catalogue is every text by its code, in parts: what a record or a write
// breaks, what is wrong with a call, how a call ended, and what must be known
// beside an answer.
var catalogue = []map[string]wording{recordTexts, graphTexts, sourceTexts, callTexts, outcomeTexts, answerTexts}

// recordTexts are the rules of the schema table and of the ledger.
var recordTexts = map[string]wording{
	"id_grammar": {
		"[{field}：]编号的写法不对[：{value}]", "[{field}: ]not a valid id[: {value}]",
		"编号用小写英文字母、数字和 . _ : -，以字母或数字开头，最多 128 个字符", "Use lower-case ASCII letters, digits and . _ : -, starting with a letter or digit, at most 128 characters",
	},
	"blank": {
		"[{field}：]不能为空", "[{field} ]must not be blank", "请填写内容", "Give it some text",
	},
	"too_long": {
		"[{field}：]太长[，上限 {want}]", "[{field} is ]too long[, the limit is {want}]", "请缩短", "Shorten it",
	},
	"too_many": {
		"[{field}：]太多[（{value}）][，上限 {want}]", "[{field}: ]too many[ ({value})][, the limit is {want}]", "请减少，或分几次提交", "Give fewer, or split the call",
	},
	"not_utf8": {
		"[{field}：]不是 UTF-8 文本", "[{field} is ]not UTF-8 text", "请用 UTF-8 编码重新提交", "Send it again encoded as UTF-8",
	},
	"unknown_region": {
		"没有这个区域[：{value}]", "there is no such region[: {value}]", "请用六位区划代码，或换个名称", "Use the six digits of its code, or another name",
	},
	"unknown_kind": {
		"[{field}：]没有这种类别[：{value}]", "[{field}: ]no such kind[: {value}]", "[可用的有：{want}]", "[Use one of: {want}]",
	},
	"unknown_code": {
		"[{field}：]代码表里没有[“{value}”]", "[{field}: ]not a code of the vocabulary[: {value}]", "[可用的有：{want}]", "[Use one of: {want}]",
	},
	"unknown_field": {
		"[{field}：]没有这个字段", "[{field}: ]no such field", "请检查拼写，或去掉它[；可用的有：{want}]", "Check the spelling or leave it out[; known are: {want}]",
	},
	"required": {
		"[{field}：]必须填写", "[{field} ]is required", "请补上", "Add it",
	},
	"field_type": {
		"[{field}：]类型不对[：{value}]", "[{field}: ]wrong type[: {value}]", "[应为 {want}]", "[It must be {want}]",
	},
	"date_format": {
		"[{field}：]日期的写法不对[：{value}]", "[{field}: ]not a date[: {value}]", "[请写成 {want}]", "[Write {want}]",
	},
	"date_text": {
		"[{field}：]日期的写法不对[：{value}]", "[{field}: ]not a date or partial date[: {value}]", "[请写成 {want}]", "[Write {want}]",
	},
	"validity_order": {
		"[{field}：]有效期的终点不在起点之后[：{value}]", "[{field}: ]validity ends before it begins[: {value}]", "[终点应 {want}]", "[The end must be {want}]",
	},
	"owner_needed": {
		"[{field}：]不公开的记录要写明归属", "[{field}: ]a record that is not public needs an owner", "请在 owner 填组织、企业或产业链的编号", "Put the id of the organization, firm or chain into owner",
	},
	"evidence_level": {
		"[{field}：]证据级别不对[：{value}]", "[{field}: ]no such evidence level[: {value}]", "[应为 {want}，4 是官方原文]", "[It must be {want}; 4 is official text]",
	},
	"review_needs": {
		"[{field}：]已审的“解决”关系缺这一项", "[{field}: ]a reviewed ADDRESSES edge needs this", "请补上，或把 state 留在 draft", "Add it, or leave state at draft",
	},
	"merged_into": {
		"[{field}：]只有已并入的记录才写并入到哪里，已并入的必须写", "[{field}: ]state merged and merged_into go together", "请用合并功能，不要直接改这两项", "Use merge; do not change the two by hand",
	},
}

// graphTexts are the rules that need the graph: what the ledger refuses.
var graphTexts = map[string]wording{
	"exists": {
		"[{field}：]这个编号已被使用[：{value}]", "[{field}: ]the id is taken[: {value}]", "请换一个编号，或读取该记录后修改", "Use another id, or read that record and change it",
	},
	"no_such_node": {
		"[{field}：]图谱里没有这个节点[：{value}]", "[{field}: ]the graph has no such node[: {value}]", "请检查编号，或先新建它", "Check the id, or create it first",
	},
	"ends": {
		"[{field}：]这种关系不能连接这两种节点[：{value}]", "[{field}: ]an edge of this kind does not join these nodes[: {value}]", "[可以连接：{want}]", "[It may join: {want}]",
	},
	"kinds_not_joined": {
		"[{field}：]这种关系不能连接这两种节点[：{value}]", "[{field}: ]an edge of this kind does not join these nodes[: {value}]", "可用的组合见 /api/v1/schema", "The pairs that it joins are in /api/v1/schema",
	},
	"kind_change": {
		"[{field}：]记录的类别不能改成[ {value}]", "[{field}: ]the kind of a record cannot be changed[ to {value}]", "[请保留 {want}，]或删除后用新编号另建", "[Keep {want}, ]or delete it and create another under a new id",
	},
	"cardinality": {
		"[{field}：]同一时间只能有一条这样的关系[，已有 {value}]", "[{field}: ]only one such edge may be valid at a time[, there is {value}]", "请先结束或删除已有的那条，或写明两条的有效期", "End or delete that one first, or give both a validity that does not overlap",
	},
	"cycle": {
		"[{field}：]这条关系会形成环[，经过 {value}]", "[{field}: ]this edge would close a cycle[ through {value}]", "请检查方向", "Check its direction",
	},
	"merged_end": {
		"[{field}：]这个节点已被并入别的节点[：{value}]", "[{field}: ]this node was merged into another[: {value}]", "[请用 {want}]", "[Use {want}]",
	},
	"merged_into_merged": {
		"[{field}：]不能并入自己或已被并入的节点[：{value}]", "[{field}: ]a node cannot be merged into itself or into a merged node[: {value}]", "[请并入 {want}]", "[Merge it into {want}]",
	},
	"merged_into_kind": {
		"[{field}：]只能并入同类节点[：{value}]", "[{field}: ]a node is merged into one of its own kind[: {value}]", "[应为 {want}]", "[It must be of {want}]",
	},
	"merge_self": {
		"[{field}：]不能与自己合并[：{value}]", "[{field}: ]a node cannot be merged with itself[: {value}]", "请选另一个节点", "Choose another node",
	},
	"not_merged": {
		"[{field}：]这条记录没有被并入别的记录[：{value}]", "[{field}: ]this record was not merged into another[: {value}]",
		"没有可取消的合并，请核对编号", "There is no merge to take back; check the id",
	},
	"merged_target": {
		"[{field}：]有节点已并入它，不能删除[：{value}]", "[{field}: ]other nodes were merged into it, so it cannot be deleted[: {value}]", "请先拆分合并", "Take the merge back first",
	},
	"owns_records": {
		"[{field}：]还有记录归它所有，不能删除[：{value}]", "[{field}: ]it owns records, so it cannot be deleted[: {value}]", "请先删除这些记录或改变归属", "Delete those records or give them another owner first",
	},
	"owner_kind": {
		"[{field}：]归属必须是图谱里的产业链、企业或组织[：{value}]", "[{field}: ]an owner is a chain, a firm or an organization of the graph[: {value}]", "请检查编号", "Check the id",
	},
	"status_step": {
		"[{field}：]问题状态不能这样改变[：{value}]", "[{field}: ]the status of a problem cannot take this step[: {value}]", "[下一步可以是 {want}]", "[The next may be {want}]",
	},
	"confirmed_needs_occurs_at": {
		"[{field}：]已确认的问题要写明发生在哪里", "[{field}: ]a confirmed problem needs a place where it occurs", "请同时新建一条 OCCURS_AT 关系", "Create an edge OCCURS_AT with it",
	},
	"changed_since": {
		"[{field}：]这条记录后来又被修改过[：{value}]", "[{field}: ]the record has changed since[: {value}]", "请先撤销后来的修改", "Take the later changes back first",
	},
	"import_open": {
		"[{field}：]这条记录正被一个未完成的导入占用[：{value}]", "[{field}: ]an import that is not finished holds this record[: {value}]", "请等它完成，或撤销它", "Wait until it closes, or take it back",
	},
	"import_id": {
		"[{field}：]导入的编号不对[：{value}]", "[{field}: ]not an id of an import[: {value}]", "请用非空且不以 undo: 开头的编号", "Give one that is not empty and does not begin with undo:",
	},
	"command_reused": {
		"[{field}：]这个命令编号已用于另一个请求[：{value}]", "[{field}: ]the command id was used for another request[: {value}]", "新的请求请换一个", "Use a new one for a new request",
	},
	"batch_bytes": {
		"[{field}：]这一批太大[：{value} 字节][，上限 {want}]", "[{field}: ]the batch is too large[: {value} bytes][, the limit is {want}]", "请分几批提交", "Split it over several batches",
	},
	"empty_operation": {
		"[{field}：]这个操作什么也没有写", "[{field}: ]the operation says nothing", "[请写其中一个：{want}]", "[Give one of {want}]",
	},
}

// sourceTexts are what can be wrong with codes and with files that are read in.
var sourceTexts = map[string]wording{
	"uscc_length": {
		"[{field}：]统一社会信用代码的位数不对[：{value}]", "[{field}: ]a USCC of the wrong length[: {value}]", "[应为 {want} 位]", "[It has {want} characters]",
	},
	"uscc_alphabet": {
		"[{field}：]统一社会信用代码里有不能用的字符[：{value}]", "[{field}: ]a USCC with a character that it cannot have[: {value}]", "[可用的有 {want}]", "[Possible are {want}]",
	},
	"uscc_check": {
		"[{field}：]统一社会信用代码的校验码不对[：{value}]", "[{field}: ]the check character of the USCC is wrong[: {value}]", "请核对是否抄错[；按前 17 位应为 {want}]", "Check it against the licence[; for the first 17 characters it is {want}]",
	},
	"uscc_inner_check": {
		"[{field}：]统一社会信用代码里主体标识码的校验码不对[：{value}]", "[{field}: ]the check character of the organization code inside the USCC is wrong[: {value}]", "请核对是否抄错[；应为 {want}]", "Check it against the licence[; it would be {want}]",
	},
	"json_syntax": {
		"[{field}：]不是合法的 JSON[：{value}]", "[{field}: ]not valid JSON[: {value}]", "[要求：{want}]", "[Wanted: {want}]",
	},
	"member_twice": {
		"[{field}：]同一个成员写了两次", "[{field}: ]given twice in one object", "请只留一个", "Keep one of them",
	},
	"line_too_long": {
		"[{field}：]这一行太长[，要求 {want}]", "[{field}: ]the line is too long[, wanted {want}]", "请拆分", "Split it",
	},
	"package_format": {
		"[{field}：]数据包的格式版本不认识[：{value}]", "[{field}: ]a package of another format version[: {value}]", "[本程序读 {want}]；请用同一版本导出", "[This program reads {want}. ]Export it with the same version",
	},
	"package_line": {
		"[{field}：]数据包里有不认识的行", "[{field}: ]a line that a package does not have", "[应为 {want}]", "[It is one of {want}]",
	},
}

// callTexts are what can be wrong with a call itself.
var callTexts = map[string]wording{
	"json": {
		"[{field}：]请求体不是合法的 JSON[：{value}]", "[{field}: ]the body is not valid JSON[: {value}]", "请检查格式", "Check its syntax",
	},
	"duplicate_member": {
		"[{field}：]同一个成员写了两次", "[{field}: ]given twice in one object", "请只留一个", "Keep one of them",
	},
	"too_deep": {
		"[{field}：]嵌套太深[，上限 {want} 层]", "[{field}: ]nested too deeply[, the limit is {want}]", "请展平", "Flatten it",
	},
	"unknown_parameter": {
		"[{field}：]没有这个参数", "[{field}: ]no such parameter", "请检查拼写，或去掉它[；可用的有：{want}]", "Check the spelling or leave it out[; known are: {want}]",
	},
	"given_twice": {
		"[{field}：]只能给一个值[，给的是 {value}]", "[{field} ]takes one value[, given were {value}]", "请只留一个", "Keep one of them",
	},
	"out_of_range": {
		"[{field}：]超出范围[：{value}]", "[{field} is ]out of range[: {value}]", "[应为 {want}]", "[It must be {want}]",
	},
	"one_of": {
		"[{field}：]几个参数里恰好给一个", "[{field}: ]exactly one of several parameters must be given", "[请在 {want} 中选一个]", "[Choose one of {want}]",
	},
	"firm_or_problems": {
		"[{field}：]没有说明为谁或为哪些问题组合认证", "[{field}: ]neither a firm nor problems are given", "请给 firm，或给 problems，或都给", "Give firm, or problems, or both",
	},
	"wrong_kind": {
		"[{field}：]这里不能用这种节点[：{value}]", "[{field}: ]not a node of the right kind[: {value}]", "[应为 {want}]", "[It must be of {want}]",
	},
	"bad_page_token": {
		"[{field}：]翻页标记无法识别", "[{field}: ]not a page token", "请用上一页给出的 next_page_token，或从第一页开始", "Use the next_page_token of the page before, or start from the first page",
	},
	"other_page_token": {
		"[{field}：]翻页标记属于另一个查询", "[{field}: ]a page token of another list", "翻页时其余参数要与第一页相同", "Keep all other parameters as they were on the first page",
	},
	"read_only": {
		"[{field}：]只读，不能这样写[：{value}]", "[{field} is ]read-only[: {value}]", "请去掉它[；保留原样时应为 {want}]", "Leave it out[; as it was read it is {want}]",
	},
	"one_operation": {
		"[{field}：]一个操作里 put_node、put_edge、delete_node、delete_edge 恰好写一个", "[{field}: ]an operation is exactly one of put_node, put_edge, delete_node, delete_edge", "请拆成几个操作", "Split it",
	},
	"id_differs": {
		"[{field}：]与地址里的编号不同[：{value}]", "[{field}: ]not the id of the address[: {value}]", "[应为 {want}，或不写]", "[It must be {want} or left out]",
	},
	"etag": {
		"[{field}：]不是版本标记[：{value}]", "[{field}: ]not an entity tag[: {value}]", "请用读到该记录时的 ETag，例如 \"7\"", "Use the ETag that the record was read with, such as \"7\"",
	},
	"body_needed": {
		"这个调用需要请求体", "this call needs a body", "请以 JSON 提交", "Send one as JSON",
	},
	"body_unwanted": {
		"这个调用不接受请求体", "this call takes no body", "请去掉请求体", "Leave it out",
	},
	"body_cut": {
		"请求体没有收全", "the body did not arrive whole", "请重新提交", "Send it again",
	},
	"query_syntax": {
		"[{field}：]查询字符串的写法不对", "[{field}: ]the query string is malformed", "特殊字符请用百分号编码", "Write special characters with percent signs",
	},
	"no_such_question": {
		"[{field}：]没有这个问题[：{value}]", "[{field}: ]no such question[: {value}]", "问题清单见 /docs", "The questions are listed at /docs",
	},
	"no_recorded_past": {
		"[{field}：]这里看不到记录的历史", "[{field}: ]what was recorded when is not at hand here", "请改用 clock=valid，或在服务端提问", "Use clock=valid, or ask the service",
	},
	"no_such_policy": {
		"[{field}：]没有这个权重方案[：{value}]", "[{field}: ]no such weight policy[: {value}]", "请检查编号，或不写以用默认方案", "Check the id, or leave it out for the default",
	},
	"weights_sum": {
		"[{field}：]权重方案里没有大于零的权重[：{value}]", "[{field}: ]the weight policy has no weight above zero[: {value}]", "请给至少一项权重", "Give it at least one",
	},
	"idempotency_key": {
		"[{field}：]Idempotency-Key 的写法不对", "[{field}: ]not a valid Idempotency-Key", "用 1 到 200 个可见的 ASCII 字符，每次写入换一个", "Use 1 to 200 visible ASCII characters, a new one for each write",
	},
	"seq_ahead": {
		"[{field}：]图谱还没有这个序号[：{value}]", "[{field}: ]the graph has no such sequence number yet[: {value}]", "[现在到 {want}]", "[It is at {want} now]",
	},
}
