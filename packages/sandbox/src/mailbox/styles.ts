/** Layout of the mailbox. Colours, font and radius are the portal's tokens, see `oidc/theme.ts`. */
export const STYLES = `
*{box-sizing:border-box}
body{margin:0;background:var(--app);color:var(--text);font:15px/1.5 var(--font)}
a{color:var(--accent)}
:focus-visible{outline:3px solid var(--focus);outline-offset:2px}
.skip{position:absolute;left:-999rem}.skip:focus{left:1rem;top:.5rem;z-index:1;background:var(--raised);padding:.4rem .8rem}
header{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;align-items:baseline;padding:1rem 1.5rem;background:var(--raised);border-bottom:1px solid var(--line)}
h1{font-size:1.25rem;margin:0}header p{margin:0;color:var(--muted);flex:1 1 16rem}
.layout{display:grid;grid-template-columns:minmax(18rem,26rem) minmax(0,1fr);align-items:start;gap:1.5rem;padding:1.5rem;max-width:90rem;margin:auto}
.box{background:var(--raised);border:1px solid var(--line);border-radius:var(--radius)}
form.search{display:flex;gap:.5rem;margin-bottom:.75rem}
input{flex:1;min-width:0;font:inherit;color:inherit;background:var(--raised);border:1px solid var(--strong);border-radius:var(--radius);padding:.45rem .75rem}
button,.button{display:inline-block;font:inherit;color:inherit;background:var(--raised);border:1px solid var(--strong);border-radius:var(--radius);padding:.45rem .9rem;cursor:pointer;text-decoration:none}
button:hover,.button:hover{background:var(--hover)}
button.primary{background:var(--accent);border-color:var(--accent);color:var(--on-accent)}
.status{display:flex;flex-wrap:wrap;justify-content:space-between;gap:.5rem;color:var(--muted);margin:0 0 .75rem}
ul.list{list-style:none;margin:0;padding:0;overflow:hidden}
ul.list li+li{border-top:1px solid var(--line)}
ul.list a{display:grid;gap:.1rem;padding:.75rem 1rem;color:inherit;text-decoration:none;border-left:3px solid transparent}
ul.list a:hover{background:var(--hover)}
ul.list a:focus-visible{outline-offset:-3px}
ul.list a[aria-current]{background:var(--hover);border-left-color:var(--accent)}
.row{display:flex;justify-content:space-between;gap:.75rem;align-items:baseline}
.row>:first-child{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.row time{flex:none}
.subject{font-weight:600;overflow-wrap:anywhere}
.small{color:var(--muted);font-size:.875rem}
.empty{padding:2rem 1.5rem;color:var(--muted);text-align:center;margin:0}
.message{padding:1.25rem 1.5rem}
.message h2{font-size:1.25rem;margin:0 0 .75rem;overflow-wrap:anywhere}
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.15rem 1rem;margin:0 0 1rem}
dt{color:var(--muted)}dd{margin:0;overflow-wrap:anywhere}
.bar{display:flex;flex-wrap:wrap;justify-content:space-between;gap:.75rem;margin-bottom:1rem}
.tabs{display:flex;gap:.25rem}
.tabs a{padding:.35rem .8rem;border-radius:var(--radius);color:inherit;text-decoration:none;border:1px solid transparent}
.tabs a:hover{background:var(--hover)}
.tabs a[aria-current]{border-color:var(--accent);color:var(--accent);font-weight:600}
iframe{display:block;width:100%;height:68vh;border:1px solid var(--line);border-radius:var(--radius);background:#fff;color-scheme:light}
pre{margin:0;white-space:pre-wrap;overflow-wrap:anywhere;font:13px/1.55 ui-monospace,SFMono-Regular,Menlo,Consolas,'Liberation Mono',monospace}
table{width:100%;border-collapse:collapse;font-size:.875rem}
th,td{text-align:left;vertical-align:top;padding:.35rem .75rem .35rem 0;border-top:1px solid var(--line);overflow-wrap:anywhere}
th{white-space:nowrap;font-weight:600;overflow-wrap:normal}
td{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'Liberation Mono',monospace}
.attachments{margin:1rem 0 0;padding:0;list-style:none;display:flex;flex-wrap:wrap;gap:.5rem}
h3{font-size:1rem;margin:1.25rem 0 0}
.fresh{display:none;padding:.5rem 1rem;margin-bottom:.75rem;border:1px solid var(--accent)}
.fresh.shown{display:block}
.back{display:none}
@media(max-width:52rem){
.layout{grid-template-columns:minmax(0,1fr);padding:1rem;gap:1rem}
header{padding:.75rem 1rem}
.reading .side{display:none}.back{display:inline-block;margin-bottom:.75rem}
.listing .main{display:none}
.message{padding:1rem}
th{white-space:normal;width:35%}
}
@media(prefers-reduced-motion:no-preference){a,button{transition:background-color .12s}}
`;

/** Watches for new mail and says so; nothing moves under the reader. */
export const SCRIPT = `
const note=document.getElementById('fresh'),known=note.dataset.newest;
const say=kind=>{note.className='fresh box'+(kind?' shown':'');note.querySelector('[data-offline]').hidden=kind!=='offline';note.querySelector('[data-fresh]').hidden=kind!=='fresh';};
setInterval(async()=>{if(document.hidden)return;try{const r=await fetch('/api/newest');const {id}=await r.json();say(id&&id>known?'fresh':'');}catch{say('offline');}},3000);
for(const time of document.querySelectorAll('time'))time.textContent=new Intl.DateTimeFormat(document.documentElement.lang,{dateStyle:time.closest('li')?'short':'medium',timeStyle:time.closest('li')?'short':'medium'}).format(new Date(time.dateTime));
for(const form of document.querySelectorAll('[data-confirm]'))form.addEventListener('submit',event=>{if(!confirm(form.dataset.confirm))event.preventDefault();});
`;
