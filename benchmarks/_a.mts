import { writeFileSync } from 'node:fs'
import { openSources } from '@sp/log-reader'
import { Masker } from '@sp/masking'
import { EvidenceMiner } from '@sp/drain'
import { parseLog } from '@sp/pipeline'
const MB=1<<20
const kinds: Record<string,string> = {'/':'/'.repeat(MB-100),digits:'1234567890'.repeat(MB/10-10),'a:':'a:'.repeat(MB/2-50),brackets:'['.repeat(MB/2-50)+']'.repeat(MB/2-50),'([{':'([{'.repeat(MB/6-50)+'}])'.repeat(MB/6-50),tokens:Array.from({length:100000},(_, i)=>'tok'+String.fromCharCode(97+i%26)).join(' '),'tokens1':Array.from({length:100000},(_, i)=>'t'+i).join(' '), '1:':'1:'.repeat(MB/2-50),'1 ':'1 '.repeat(MB/2-50), '1.':'1.'.repeat(MB/2-50),'a=':'a='.repeat(MB/2-50),'a.b@':'a.b@'.repeat(MB/4-50),'::':'f:'.repeat(MB/2-50),'_1':'_1'.repeat(MB/2-50),'-1':'-1'.repeat(MB/2-50)}
async function time(path:string){ let best=1e9; for(let r=0;r<5;r++){ const w=performance.now(); const [source]=await openSources([path]); for await(const b of parseLog([{source}],{masker:Masker.create(),miner:EvidenceMiner.create()})); best=Math.min(best,performance.now()-w)} return best }
const base=await time('/tmp/data/hdfs2.log')*1e6/31210055
console.log('hdfs',base.toFixed(2),'ns/byte')
for(const [k,v] of Object.entries(kinds)){ const t=Array.from({length:10},(_, i)=>`2024-01-02 03:04:${10+i} host app[7]: ${v}\n`).join(''); writeFileSync('/tmp/sp/adv.log',t); const x=await time('/tmp/sp/adv.log')*1e6/t.length; console.log(k.padEnd(10),x.toFixed(2),(x/base).toFixed(2)) }
