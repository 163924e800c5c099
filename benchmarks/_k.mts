import { openSources } from '@sp/log-reader'
import { Masker } from '@sp/masking'
import { EvidenceMiner } from '@sp/drain'
import { parseLog } from '@sp/pipeline'
import { createHash } from 'node:crypto'
const path = process.argv[2]
async function run(workers:number, hash=false){ const w=performance.now(); let rows=0; const h=createHash('md5'); const miner=EvidenceMiner.create(); const [source]=await openSources([path]); const p=parseLog([{source}],{masker:Masker.create(),miner,workers}); for await (const b of p) { rows+=b.rowCount; if(hash) for(let i=0;i<b.rowCount;i++) h.update([b.lineNo[i],b.byteOffset[i],b.timestamp[i],b.host.codes[i],b.process.codes[i],b.process.at(i),b.pid[i],b.severity[i],b.template[i],b.masked.at(i),b.raw.at(i),JSON.stringify(b.parameters.at(i))].join('|')) } return {ms:performance.now()-w, rows, hash:h.digest('hex'), s: JSON.stringify(p.summaries)} }
if(process.argv[3]==='check'){ for(const n of [1,2,3]) { const r=await run(n,true); console.log(n,r.hash,r.rows,r.s) } }
else { const t:any={1:[],2:[]}; for(let r=0;r<6;r++) for(const n of [1,2]) t[n].push((await run(n)).ms); const med=(a:number[])=>a.sort((x,y)=>x-y)[a.length>>1]; console.log('1:',med(t[1]).toFixed(0),'2:',med(t[2]).toFixed(0),'ratio',(med(t[1])/med(t[2])).toFixed(2)) }
