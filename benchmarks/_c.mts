import { openSources, readRecords } from '@sp/log-reader'
import { Masker } from '@sp/masking'
const m=Masker.create(); const [s]=await openSources([process.argv[2]]); let gens=0, prev: any=null, tot=0, rows=0; const all=new Set<string>(); let bytes=0, long=0, longb=0
for await (const b of readRecords(s)) { const x=m.maskBytes(b.message); if(x.values!==prev){gens++; prev=x.values}; rows+=b.rowCount; for(const c of x.codes) all.add(x.values[c]); for(let i=0;i<b.rowCount;i++){const l=b.message.ends[i]-b.message.starts[i]; bytes+=l; if(l>2048){long++;longb+=l}} }
console.log(rows,'gens',gens,'distinct',all.size,'last gen',prev.length,'avg',bytes/rows,'long',long,longb)
const v=[...all].slice(0,4000); for(let i=0;i<10;i++) console.log(v[Math.floor(i*v.length/10)].slice(0,150))
