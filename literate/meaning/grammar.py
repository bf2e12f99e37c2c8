"""The grammar of the book's displayed mathematics, over the tokens of `literate.meaning.tokens`."""

GRAMMAR = r"""
start: relation

relation: expr (REL expr)*

?expr: add
add: (PLUS|MINUS)? term ((PLUS|MINUS) term)*
?term: product | hadamard
hadamard: product (ODOT product)+
?product: chain | chain CAP chain -> both
chain: ratio | big | derived | ratio (CROSS|CDOT)? chain
derived: FRAC LBRACE PARTIAL RBRACE denominator chain
       | FRAC LBRACE D RBRACE LBRACE D factor RBRACE chain
       | FRAC LBRACE D SUP NUMBER RBRACE LBRACE D name SUP NUMBER RBRACE chain -> derived_twice
!name: NAME
?ratio: factor | factor SLASH factor -> slash

?factor: scripted
scripted: atom script*
script: SUB NAME -> one_below
      | SUB NUMBER -> one_below
      | SUB LBRACE indices RBRACE -> below
      | SUP NAME -> one_above
      | SUP NUMBER -> one_above
      | SUP LBRACE expr RBRACE -> above
      | LAYER expr ENDLAYER -> layer
      | TRANSPOSE -> transpose
      | PRIME -> prime
      | AT SUB LBRACE NAME REL expr RBRACE -> at

indices: index (COMMA? index)*
index: MINUS? index_atom ((PLUS|MINUS) index_atom)*
index_atom: NAME index_script* -> index_name
          | NUMBER -> number
          | DOTS -> dots
index_script: SUB NAME -> one_below
            | SUB NUMBER -> one_below
            | SUB LBRACE indices RBRACE -> below
            | SUP NAME -> one_above
            | PRIME -> prime

?atom: NAME -> name
     | FUNC -> name
     | NUMBER -> number
     | DOTS -> dots
     | OPEN expr CLOSE -> inside
     | LBRACE expr RBRACE -> inside
     | LBRACKET relation RBRACKET -> bracket
     | FENCE expr (COMMA expr)* ENDFENCE -> fenced
     | LSET expr (COMMA expr)* RSET -> listed
     | ONES SUB LBRACE expr RBRACE -> ones
     | REALS SUP LBRACE index CROSS index RBRACE -> reals
     | fraction
     | braced
     | cases
     | NABLA SUB LBRACE expr RBRACE factor -> nabla
     | NABLA SUB NAME factor -> nabla
     | NABLA atom -> nabla_of_all
     | apply
     | D factor -> differential
     | DIFFERENCE SUB NAME factor -> difference
     | DIFFERENCE SUB LBRACE expr RBRACE factor -> difference
     | CHANCE factor -> chance
     | CHANCE big -> chance
     | CHANCE LBRACKET TEXT RBRACKET -> chance_of_word
     | PROBABILITY OPEN relation CLOSE -> probability

fraction: FRAC LBRACE expr RBRACE LBRACE expr RBRACE -> quotient
        | FRAC LBRACE PARTIAL (SUP NUMBER)? factor RBRACE denominator -> derivative
        | FRAC LBRACE D factor RBRACE LBRACE D factor RBRACE -> derivative
denominator: LBRACE (PARTIAL factor)+ RBRACE

braced: UNDERBRACE LBRACE expr RBRACE (SUB LBRACE note RBRACE)?
note: index CROSS index -> shape
    | TEXT -> word

cases: CASES case (ROW case)* ENDCASES
case: expr AMP IF? relation -> case_if
    | expr AMP WITH expr COMMA? -> case_with
    | expr AMP OTHERWISE COMMA? -> case_otherwise

apply: FUNC function_script* OPEN expr (COMMA expr)* CLOSE -> applied
     | FUNC LBRACE expr RBRACE -> applied
     | FUNC function_script* bare -> applied
     | EXTREME OPEN expr (COMMA expr)* CLOSE -> extreme_of
     | FUNC function_script+ -> primed
     | FUNC SUB NAME OPEN expr (COMMA expr)* CLOSE -> indexed
     | FUNC SUB NAME -> with_index
function_script: LAYER expr ENDLAYER -> layer
               | PRIME -> prime
               | SUP NUMBER -> one_above
bare: NAME script* -> bare_name
    | NUMBER -> number
    | fraction
    | apply
    | big

big: BIG limits DOTS BIG limits chain -> nest
   | (BIG|EXTREME) limits chain -> big
   | INTEGRAL SUB NUMBER SUP INFINITY chain -> integral
limits: SUB NAME -> over_one
      | SUB LBRACE relation (COMMA relation)* RBRACE -> over_all
      | SUB LBRACE relation RBRACE SUP upper -> over_range
?upper: NAME -> name
      | NUMBER -> number
      | LBRACE expr RBRACE -> inside

%declare TRANSPOSE NAME TEXT FUNC EXTREME CASES ENDCASES LAYER ENDLAYER D ONES REALS FRAC
%declare BIG PARTIAL NABLA UNDERBRACE DOTS ODOT CROSS CDOT FENCE ENDFENCE LSET RSET
%declare AT IMPLIES REL ROW AMP PRIME NUMBER PLUS MINUS SUP SUB COMMA OPEN
%declare CAP INTEGRAL INFINITY DIFFERENCE CHANCE PROBABILITY WITH
%declare CLOSE LBRACE RBRACE LBRACKET RBRACKET SLASH IF OTHERWISE
"""
