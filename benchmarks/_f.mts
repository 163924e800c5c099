import { openSources, readRecords } from '@sp/log-reader'
import { CLASS, WORD } from '../packages/masking/src/characters.js'
const [s]=await openSources([process.argv[2]]); const bs:any[]=[]; let rows=0
for await (const b of readRecords(s)) {bs.push(b.message); rows+=b.rowCount}
function sum(bytes: Buffer, from:number,to:number){ let n=0; for(let at=from;at<to;at++) n+=CLASS[bytes[at]]; return n }
function fnv(bytes: Buffer, from:number,to:number){ let h=0x811c9dc5; for(let at=from;at<to;at++) h=Math.imul(h^bytes[at],0x01000193); return h }
function words(bytes: Buffer, from:number,to:number){ let n=0; let at=from; while(at<to){ let seen=0, common=255; let bits=CLASS[bytes[at]]; if((bits&WORD)===0){at++;continue} for(;(bits&WORD)!==0&&at<to;bits=CLASS[bytes[++at]]){seen|=bits;common&=bits} n+=seen+common } return n }
function sum2(bytes: Buffer, from:number,to:number){ const c=CLASS; let n=0; for(let at=from;at<to;at++) n+=c[bytes[at]]; return n }
const T=Uint8Array.from({length:256},(_, i)=>CLASS[i]&255)
function sum3(bytes: Buffer, from:number,to:number){ let n=0; for(let at=from;at<to;at++) n+=T[bytes[at]]; return n }
function words2(bytes: Buffer, from:number,to:number){ const c=CLASS; let n=0; let at=from; while(at<to){ let seen=0, common=255; let bits=c[bytes[at]]; if((bits&1)===0){at++;continue} for(;(bits&1)!==0&&at<to;bits=c[bytes[++at]]){seen|=bits;common&=bits} n+=seen+common } return n }
const dv=new Map<any,DataView>()
function fnv4(bytes: DataView, from:number,to:number){ let h=0x811c9dc5; let at=from; const l=to-3; for(;at<l;at+=4) h=Math.imul(h^bytes.getInt32(at,true),0x01000193); for(;at<to;at++) h=Math.imul(h^bytes.getUint8(at),0x01000193); return h }
{ let best=1e9; const views=bs.map((b:any)=>new DataView(b.bytes.buffer,b.bytes.byteOffset,b.bytes.byteLength)); for(let r=0;r<20;r++){const w=performance.now(); let x=0; for(let k=0;k<bs.length;k++) {const b=bs[k]; for(let i=0;i<b.starts.length;i++) x^=fnv4(views[k],b.starts[i],b.ends[i])}; best=Math.min(best,performance.now()-w)} console.log('fnv4',(best*1e6/rows).toFixed(0),'ns/line') }
for (const [name,f] of Object.entries({sum,sum2,sum3,fnv,words,words2})) { let best=1e9; for(let r=0;r<20;r++){const w=performance.now(); let x=0; for(const b of bs) for(let i=0;i<b.starts.length;i++) x^=f(b.bytes,b.starts[i],b.ends[i]); best=Math.min(best,performance.now()-w)} console.log(name,(best*1e6/rows).toFixed(0),'ns/line',(best*1e6/rows/92.6).toFixed(2),'ns/byte') }
