/*
 * Templates of Eta. `<%= %>` escapes in HTML; the text template is compiled without
 * escaping. Colours are fixed here, since mail programs know no variables.
 */

/** The HTML part. */
export const HTML_TEMPLATE = `<!doctype html>
<html lang="<%= it.words.lang %>">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<title><%= it.title %></title>
<style>
body{margin:0;background:#f6f7f9;color:#171c26;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','PingFang SC','Microsoft YaHei','Noto Sans SC',sans-serif}
.sheet{max-width:36rem;margin:0 auto;padding:1.5rem;background:#fff}
.shop,.foot{color:#566070;font-size:14px}
h1{font-size:22px;line-height:1.3;margin:8px 0 16px}
table{width:100%;border-collapse:collapse;margin:16px 0}
th,td{padding:8px 0;border-bottom:1px solid #e1e5eb;text-align:left;vertical-align:top;font-weight:400}
th{color:#566070;font-size:14px}
.n{text-align:right;white-space:nowrap;padding-left:16px}
.sum td{border:0;padding:2px 0}.total td{font-weight:700;padding-top:8px}
.button{display:inline-block;padding:10px 18px;background:#2454c4;color:#fff;border-radius:8px;text-decoration:none}
.foot{border-top:1px solid #e1e5eb;margin-top:24px;padding-top:16px}
a{color:#2454c4}
@media(prefers-color-scheme:dark){body{background:#12161d;color:#e8ebf0}.sheet{background:#1a1f28}.shop,.foot,th{color:#a3adba}th,td,.foot{border-color:#303744}a{color:#8fb0ff}.button{background:#8fb0ff;color:#10151d}}
</style>
</head>
<body>
<div class="sheet">
<p class="shop"><%= it.shop %></p>
<h1><%= it.title %></h1>
<% if (it.hello) { %>
<p><%= it.hello %></p>
<% } %>
<% for (const paragraph of it.paragraphs) { %>
<p><%= paragraph %></p>
<% } %>
<% for (const parcel of it.parcels) { %>
<p><%= it.words.parcel %><%= it.words.colon %><%= parcel.carrier %>, <%= parcel.trackingId %></p>
<% if (parcel.lines.length > 0) { %>
<ul>
<% for (const line of parcel.lines) { %>
<li><%= line.quantity %> × <%= line.name %></li>
<% } %>
</ul>
<% } %>
<% } %>
<% if (it.lines.length > 0) { %>
<table>
<thead><tr><th scope="col"><%= it.words.item %></th><th scope="col" class="n"><%= it.words.quantity %></th><th scope="col" class="n"><%= it.words.price %></th></tr></thead>
<tbody>
<% for (const line of it.lines) { %>
<tr><td><%= line.name %></td><td class="n"><%= line.quantity %></td><td class="n"><%= line.total %></td></tr>
<% } %>
</tbody>
</table>
<table>
<% for (const sum of it.sums) { %>
<tr class="sum<%= sum.total ? ' total' : '' %>"><td><%= sum.label %></td><td class="n"><%= sum.value %></td></tr>
<% } %>
</table>
<% } %>
<% if (it.orderUrl) { %>
<p><a class="button" href="<%= it.orderUrl %>"><%= it.words.view %></a></p>
<% } %>
<div class="foot">
<p><%= it.footer %></p>
<% if (it.unsubscribeUrl) { %>
<p><a href="<%= it.unsubscribeUrl %>"><%= it.words.unsubscribe %></a></p>
<% } %>
</div>
</div>
</body>
</html>
`;

/** The text part. */
export const TEXT_TEMPLATE = `<%= it.title %>


<% if (it.hello) { %>
<%= it.hello %>


<% } %>
<% for (const paragraph of it.paragraphs) { %>
<%= paragraph %>


<% } %>
<% for (const parcel of it.parcels) { %>
<%= it.words.parcel %><%= it.words.colon %><%= parcel.carrier %>, <%= parcel.trackingId %>

<% for (const line of parcel.lines) { %>
- <%= line.quantity %> × <%= line.name %>

<% } %>

<% } %>
<% if (it.lines.length > 0) { %>
<% for (const line of it.lines) { %>
<%= line.quantity %> × <%= line.name %>  <%= line.total %>

<% } %>

<% for (const sum of it.sums) { %>
<%= sum.label %><%= it.words.colon %><%= sum.value %>

<% } %>

<% } %>
<% if (it.orderUrl) { %>
<%= it.words.view %><%= it.words.colon %><%= it.orderUrl %>


<% } %>
-- 
<%= it.footer %>

<% if (it.unsubscribeUrl) { %>
<%= it.words.unsubscribe %><%= it.words.colon %><%= it.unsubscribeUrl %>

<% } %>
`;
