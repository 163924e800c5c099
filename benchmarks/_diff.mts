import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { openSources, readRecords } from '@sp/log-reader'
import { Masker } from '@sp/masking'
import { Masker as Old } from '/tmp/sp/old/masking/masker.js'
function walk(d: string): string[] { return readdirSync(d).flatMap(f=>{const p=join(d,f); return statSync(p).isDirectory()?walk(p):[p]}) }
const roots=['raw','hdfs_raw','hadoop_raw','loghub2k','hdfs_2percent'].flatMap(x=>walk('../shared/data/'+x)).filter(p=>/log|raw\//.test(p) && !/csv|README|LICENSE/.test(p))
const m=Masker.create(), o=Old.create(); let n=0,bad=0
for (const p of roots){
  let src; try { [src]=await openSources([p]) } catch { continue }
  for await (const b of readRecords(src)) {
    const x=m.maskBytes(b.message)
    for (let i=0;i<b.rowCount;i++){ n++
      const t=b.message.at(i); const e=o.mask(t)
      const got=x.values[x.codes[i]]
      let ok = got===e.masked && m.mask(t).masked===e.masked && x.offsets[i+1]-x.offsets[i]===e.parameters.length
      if (ok) for(let k=0;k<e.parameters.length;k++){ const j=x.offsets[i]+k; if (x.typeNames[x.types[j]]!==e.parameters[k].type || b.message.textBetween(x.starts[j],x.ends[j])!==e.parameters[k].value) ok=false }
      if(!ok && bad++<5) console.log(p, JSON.stringify(t), '\n', e.masked,'\n', got)
    }
  }
}
console.log(n,'lines',bad,'bad')
// random fuzz
const parts=['a','F','0','12','255','.',':','-','/','@','=','<','>',' ','  ','µs','é','漢','😀','\ud800','x','0x1f','Jun','Mon','2024','T','Z','+02:00','GB','ms','usb ','eth0','sda1','pid=','v1','::','fe80','[',']','"','\\','C:','~','%','#','http://','deadbeef','\n','\t',',','1,234','e5','UTC','\0']
let seed=1; const rnd=()=>{seed=(seed*1103515245+12345)&0x7fffffff; return seed/0x7fffffff}
let fb=0
for(let i=0;i<400000;i++){ let t=''; const k=1+Math.floor(rnd()*14); for(let j=0;j<k;j++) t+=parts[Math.floor(rnd()*parts.length)]
 const e=o.mask(t), g=m.mask(t)
 if (JSON.stringify(e)!==JSON.stringify(g) && fb++<8) console.log('FUZZ',JSON.stringify(t),JSON.stringify(e),JSON.stringify(g)) }
console.log('fuzz bad',fb)
