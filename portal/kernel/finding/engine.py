from __future__ import annotations
import sys, csv, numpy as np
from dataclasses import dataclass, field
from portal.kernel.finding.spelling import parts, letters
from portal.kernel.names.normalise import is_arabic
from portal.kernel.finding.symbols import *
from portal.kernel.finding import channel as ch, ranking as rk
from portal.kernel.finding.tree import tree_of

P = dict(dropped=.003, instead=.0004, added=.0008, turned=.01,
  art=.02, least_ratio=2.0, spread=9.0, cap=14.0, most_parts=4000, K=300, bonus_first=2., bonus_last=2., longer=.5,
  outer_query=4., inner_query=2., outer_first=4., outer_last=4., inner=.7, first=1., last=1., turned_order=2., joined=1.,
  flat_across=.9, flat_latin=.8, flat_arabic=1.0)

class Model:
    def __init__(s, path):
        z = np.load(path)
        s.bg = {'ar': z['background_arabic'], 'la': z['background_latin']}
        s.t, s.c = {}, {}
        for k in ('across','latin','arabic'):
            s.t[k] = np.exp(-z[k+'_table'].astype(np.float32)/12); s.t[k][z[k+'_table']==255]=0
            c = z[k+'_columns'].astype(np.int32); s.c[k] = c
M = None
def ends(k, w, col):
    r = runs(w); return np.where(r>=0, col[r], -1)

def arr(p): return np.frombuffer(letters(p), dtype=np.uint8)

class Index: pass

def build(path):
    global M
    M = Model('/tmp/letters.npz')
    return build_rows((r['id'], r['name_ar'] or r['name_latin']) for r in csv.DictReader(open(path)))
def build_rows(rows):
    ix = Index(); ix.ids=[]; vocab={}; toks=[]; start=[0]
    for i,name in rows:
        ix.ids.append(i)
        ps = parts(name)[:8]
        toks += [vocab.setdefault(p,len(vocab)) for p in ps]; start.append(len(toks))
    ix.start=np.array(start,dtype=np.int32); ix.toks=np.array(toks,dtype=np.int32)
    ix.len=np.diff(ix.start).astype(np.uint8)
    words=list(vocab); ix.words=words
    A=[i for i,w in enumerate(words) if is_arabic(w)]; L=[i for i,w in enumerate(words) if not is_arabic(w)]
    ix.ar=tree_of([arabic_symbols(arr(words[i])) for i in A],A)
    ix.la=tree_of([latin_symbols(arr(words[i])) for i in L],L)
    ix.lp=tree_of([arr(words[i]).astype(np.int16) for i in L],L)
    doc=np.repeat(np.arange(len(ix.ids)),ix.len.astype(np.int64)); pos=np.arange(len(toks))
    role=(pos==ix.start[doc]).astype(np.int64)+2*(pos==ix.start[doc+1]-1)
    key=ix.toks.astype(np.int64)*len(ix.ids)+doc
    o=np.argsort(key,kind='stable'); key=key[o]; role=role[o]
    new=np.r_[True,key[1:]!=key[:-1]]; at=np.flatnonzero(new)
    rr=np.bitwise_or.reduceat(role,at); kk=key[at]
    ix.post=((kk%len(ix.ids))<<2|rr).astype(np.int32)
    ix.pstart=np.searchsorted(kk//len(ix.ids),np.arange(len(words)+1)).astype(np.int32)
    return ix

def opening_row(w, script):
    n=len(w); o=np.zeros(n+1); o[0]=1
    for i in range(1,n+1): o[i]=o[i-1]*P['added']
    if n>=4:
        if script=='ar' and w[0]==1 and w[1]==arr('ل')[0]: o[2]=P['art']
        if script=='la' and w[0] in arr('aeu') and w[1]==arr('l')[0]: o[2]=P['art']
    return o
IDS=np.empty(300000,dtype=np.int32); VAL=np.empty(300000)
CACHE={}
def heard(ix, p):
    k=(id(ix),p)
    if k not in CACHE: CACHE[k]=_heard(ix,p)
    return CACHE[k]
def _heard(ix, p):
    noise=(P['dropped'],P['instead'],P['added'],P['turned'])
    w=arr(p); out_i=[]; out_v=[]
    if is_arabic(p):
        bg=ch.surprise(w,M.bg['ar']); least=bg+P['least_ratio']
        li=ch.emission(M.t['arabic'],w,ends('arabic',w,M.c['arabic']),noise)
        n=ch.heard_in(ix.ar,li,opening_row(w,'ar'),np.exp(least),noise,(IDS,VAL))
        out_i.append(IDS[:n].copy()); out_v.append((VAL[:n]-bg)*P['flat_arabic'])
        n=ch.written_in(ix.lp,arabic_symbols(w),M.t['across'],M.c['across'],M.bg['la'],P['least_ratio'],noise,(IDS,VAL))
        out_i.append(IDS[:n].copy()); out_v.append(VAL[:n]*P['flat_across'])
    else:
        bg=ch.surprise(w,M.bg['la']); least=bg+P['least_ratio']
        for t,k in ((ix.ar,'across'),(ix.la,'latin')):
            li=ch.emission(M.t[k],w,ends(k,w,M.c[k]),noise)
            n=ch.heard_in(t,li,opening_row(w,'la'),np.exp(least),noise,(IDS,VAL))
            out_i.append(IDS[:n].copy()); out_v.append((VAL[:n]-bg)*P['flat_'+k])
    i=np.concatenate(out_i); v=np.concatenate(out_v)
    v=np.minimum(v,P['cap']) if P['cap'] else v
    if len(v):
        keep=v>=v.max()-P['spread']; i,v=i[keep],v[keep]
        o=np.argsort(-v,kind='stable')[:P['most_parts']]; i,v=i[o],v[o]
    return i,v

def search(ix, q, k=10):
    ps=parts(q)[:8]; n=len(ps)
    spans=[(i,i+1) for i in range(n)]+[(i,i+2) for i in range(n-1)]
    found=[heard(ix,''.join(ps[a:b])) for a,b in spans]
    scores=np.zeros(len(ix.ids),dtype=np.float32); last=np.zeros(len(ix.ids),dtype=np.uint8)
    for t,((a,b),f) in enumerate(zip(spans,found)):
        place=(1 if a==0 else 0)|(2 if b==n else 0)
        if len(f[0]): rk.gather(scores,last,t+1,place,f,(ix.pstart,ix.post),(P['bonus_first'],P['bonus_last']))
    cand=rk.best(scores,ix.len,n,P['longer'],P['K'])
    order=[np.argsort(f[0]) for f in found]
    items=(np.array(spans,dtype=np.int64).reshape(-1,2),np.cumsum([0]+[len(f[0]) for f in found]),np.concatenate([f[0][o] for f,o in zip(found,order)]) if found else np.zeros(0,np.int32),np.concatenate([f[1][o] for f,o in zip(found,order)])if found else np.zeros(0),n)
    w=tuple(float(P[x]) for x in 'outer_query inner_query outer_first outer_last inner first last turned_order joined'.split())
    s=rk.closely(cand,(ix.start,ix.toks),items,w)
    o=np.argsort(-s,kind='stable')[:k]
    return [ix.ids[cand[j]] for j in o]
