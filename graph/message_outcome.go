package graph

// outcomeTexts are how a call can end without an answer.
var outcomeTexts = map[string]wording{
	"invalid": {
		"请求有错", "the request is not valid", "请按 errors 里的每一条改正后重试", "Correct what errors lists and try again",
	},
	"not_found": {
		"没有找到", "not found", "请检查编号；也可能是您无权查看", "Check the id; it may also be that you may not see it",
	},
	"no_route": {
		"没有这个地址", "no such address", "接口清单见 /docs", "The list of calls is at /docs",
	},
	"method_not_allowed": {
		"这个地址不支持此方法", "this address does not take that method", "可用的方法见 Allow 头", "The header Allow lists those that it takes",
	},
	"conflict": {
		"与图谱现在的内容冲突", "in conflict with what the graph holds now", "请先读取最新内容，再决定怎么改", "Read the newest state, then decide what to change",
	},
	"stale": {
		"记录在您读取之后已被修改", "the record has changed since you read it", "请重新读取，在新版本上修改，用新的 ETag 提交", "Read it again, make the change on the new version and send its ETag",
	},
	"precondition_required": {
		"修改和删除必须带 If-Match", "PUT and DELETE need If-Match", "请带上读取该记录时的 ETag", "Send the ETag that the record was read with",
	},
	"key_reused": {
		"这个 Idempotency-Key 已用于另一个请求", "this Idempotency-Key was used for another request", "同一请求重试才用同一个；新的请求请换一个", "Repeat a key only with the same request; use a new one for a new request",
	},
	"unauthorized": {
		"需要令牌，或令牌无效", "a valid token is needed", "请在 Authorization 头里带 Bearer 令牌", "Send a bearer token in the header Authorization",
	},
	"forbidden": {
		"您没有这项权限", "you may not do this", "请向管理员申请", "Ask an administrator",
	},
	"cross_origin": {
		"拒绝来自其他网站的写入", "a write from another site is refused", "请在本服务的页面里操作", "Use the pages of this service",
	},
	"media_type": {
		"请求体的类型不对", "the body is of the wrong media type", "请用 Content-Type: application/json", "Use Content-Type: application/json",
	},
	"body_too_large": {
		"请求体太大[，上限 {want} 字节]", "the body is too large[, the limit is {want} bytes]", "请分几次提交", "Split it over several calls",
	},
	"unavailable": {
		"服务暂时不可用", "the service is not available now", "请按 Retry-After 稍后用同一个 Idempotency-Key 重试", "Try again after Retry-After, with the same Idempotency-Key",
	},
	"busy": {
		"服务正忙", "the service is busy", "请按 Retry-After 稍后重试", "Try again after Retry-After",
	},
	"search_building": {
		"搜索索引还在建立", "the search index is being built", "请稍后重试；其他查询不受影响", "Try again soon; other questions are not affected",
	},
	"store_full": {
		"存储空间已满，写入未保存", "the disk is full; the write was not kept", "请清理磁盘空间后重试；查询不受影响", "Free some space and try again; reading goes on",
	},
	"timeout": {
		"没有在限定时间内完成", "not finished in time", "请缩小范围（层数、产业链、页大小）后重试", "Narrow it (depth, chain, page size) and try again",
	},
	"cancelled": {
		"请求已被取消", "the caller has gone", "", "",
	},
	"internal": {
		"服务出错", "the service has failed", "请把 request_id 告诉管理员", "Tell an administrator the request_id",
	},
}

// answerTexts are the warnings beside an answer and the codes inside one.
var answerTexts = map[string]wording{
	"nothing_matched": {
		"没有与问题相符的内容", "nothing fits the question", "请换个说法，或去掉筛选", "Use other words or fewer filters",
	},
	"not_recorded": {
		"本图谱截至查询日未收录，不等于不存在", "not recorded in this graph as of that date, which does not mean that it does not exist", "", "",
	},
	"no_endorsement": {
		"机构按中性次序列出，不是推荐", "organizations stand in a neutral order; no recommendation is meant", "", "",
	},
	"no_legal_advice": {
		"仅供参考，不是法律意见", "for information only, no legal advice", "请以标准与规则的官方文本为准", "The official text of standards and rules decides",
	},
	"illustrative": {
		"含示例数据，不是真实企业的情况", "contains illustrative data, not facts about real firms", "", "",
	},
	"synthetic": {
		"含合成数据", "contains synthetic data", "", "",
	},
	"filtered_by_date": {
		"图谱里有，但在查询日不成立", "the graph has some, but not on this date", "请换一个查询日", "Ask for another date",
	},
	"visible_reports_only": {
		"只计您看得见的报告", "only reports that you may see are counted", "", "",
	},
	"ended_hidden": {
		"已经结束的没有列出", "what has ended is not listed", "加 include_ended=true 可以列出", "include_ended=true lists it",
	},
	"closed_world": {
		"“只有一家”是就本图谱而言：图外可能还有别家", "the only one in this graph: there may be others outside it", "", "",
	},
	"product_not_recorded": {
		"有的供给没有记录供的是什么，无法判断是不是只有一家", "some supplies do not say of what, so they cannot be judged", "请补录供给的产品", "Record the product of these supplies",
	},
	"basis_not_stated": {
		"原文没有说明口径", "the source does not say on what basis the figure stands", "引用时请连同原句", "Quote it with its sentence",
	},
	"amount_basis_not_stated": {
		"有的金额没有说明是合计还是每户标准，不要当作每户能得的数", "some amounts do not say whether they are a total or per firm; do not take them for what one firm gets", "", "",
	},
	"anonymous_region_widened": {
		"匿名案例所在县企业太少，只显示到上一级区域", "the county of an anonymous case has too few firms; only the wider region is shown", "", "",
	},
	"not_proven_minimal": {
		"还没有证明这是最少的组合", "not proven to be the smallest bundle", "缩小问题的范围可以得到证明", "Fewer problems can be proven",
	},
	"dates_unknown": {
		"日期未收录", "the dates are not recorded", "请补录发布、实施日期", "Record when it was issued and takes effect",
	},
	"applicability_to_review": {
		"适用性待核", "applicability is to be reviewed", "请专家核定是否适用", "An expert should settle whether it applies",
	},
	"not_reviewed": {
		"记录还是草稿", "the record is a draft", "请审核", "Review it",
	},
	"authorization_to_review": {
		"机构授权待核", "the authorization of the certifier is to be reviewed", "请核对授权的范围和有效期", "Check its scope and validity",
	},
}
