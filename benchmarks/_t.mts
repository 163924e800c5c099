import { openSources, readRecords } from '@sp/log-reader'
import { Masker } from '@sp/masking'
import { EvidenceMiner } from '@sp/drain'
import { tokeniseMessage } from '../packages/drain/src/message-tokens.js'
import { keyText } from '../packages/drain/src/merge-rounds.js'
const m=Masker.create(); const [s]=await openSources([process.argv[2]]); const all=new Set<string>()
for await (const b of readRecords(s)) { const x=m.maskBytes(b.message); for(const c of x.codes) all.add(x.values[c]) }
const v=[...all]; const t=(name:string,f:()=>void)=>{let best=1e9; for(let r=0;r<60;r++){const w=performance.now(); f(); best=Math.min(best,performance.now()-w)} console.log(name,(best*1e3/v.length).toFixed(2),'us each',v.length)}
t('tokenise',()=>{for(const x of v) tokeniseMessage(x)})
const k=v.map(x=>tokeniseMessage(x))
t('keyText',()=>{for(const x of k) keyText(x.keys)})
t('detach',()=>{for(const x of k) JSON.parse(JSON.stringify(x))})
t('learn',()=>{const e=EvidenceMiner.create(); for(const x of v) e.learn(x)})
console.log(k.reduce((a,x)=>a+x.keys.length,0)/k.length,'tokens')
