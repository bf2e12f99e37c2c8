"""The grammar of the book's displayed mathematics, over the tokens of `literate.meaning.tokens`."""

GRAMMAR = r"""
start: relation

relation: expr (REL expr)*

?expr: add
add: (PLUS|MINUS)? term ((PLUS|MINUS) term)*
?term: product | hadamard
hadamard: product (ODOT product)+
?product: chain
chain: ratio | big | ratio (CROSS|CDOT)? chain
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

indices: index (COMMA? index)*
index: MINUS? index_atom ((PLUS|MINUS) index_atom)*
index_atom: NAME index_script* -> index_name
          | NUMBER -> number
          | DOTS -> dots
index_script: SUB NAME -> one_below
            | SUB NUMBER -> one_below
            | SUB LBRACE indices RBRACE -> below

?atom: NAME -> name
     | NUMBER -> number
     | DOTS -> dots
     | OPEN expr CLOSE -> inside
     | LBRACE expr RBRACE -> inside
     | LBRACKET relation RBRACKET -> bracket
     | LABS expr RABS -> absolute
     | LNORM expr RNORM -> norm
     | LANGLE expr COMMA expr RANGLE -> inner
     | LSET expr (COMMA expr)* RSET -> listed
     | ONES SUB LBRACE expr RBRACE -> ones
     | REALS SUP LBRACE index CROSS index RBRACE -> reals
     | SQRT LBRACE expr RBRACE -> root
     | SQRT NAME -> root
     | fraction
     | braced
     | cases
     | NABLA SUB LBRACE expr RBRACE factor -> nabla
     | NABLA SUB NAME factor -> nabla
     | apply
     | D factor -> differential

fraction: FRAC LBRACE expr RBRACE LBRACE expr RBRACE -> quotient
        | FRAC LBRACE PARTIAL (SUP NUMBER)? factor RBRACE denominator -> derivative
        | FRAC LBRACE D factor RBRACE LBRACE D factor RBRACE -> derivative
denominator: LBRACE (PARTIAL factor)+ RBRACE

braced: UNDERBRACE LBRACE expr RBRACE (SUB LBRACE note RBRACE)?
note: index CROSS index -> shape
    | TEXT -> word

cases: CASES case (ROW case)* ENDCASES
case: expr AMP IF? relation -> case_if
    | expr AMP OTHERWISE COMMA? -> case_otherwise

apply: FUNC function_script* OPEN expr (COMMA expr)* CLOSE -> applied
     | FUNC function_script* bare -> applied
     | EXTREME OPEN expr (COMMA expr)* CLOSE -> extreme_of
     | EXTREME SUB NAME bare -> extreme_over
function_script: LAYER expr ENDLAYER -> layer
               | PRIME -> prime
               | SUP NUMBER -> one_above
bare: NAME script* -> bare_name
    | NUMBER -> number
    | fraction
    | apply
    | big

big: (SUM|PROD) limits DOTS SUM limits chain -> nest
   | (SUM|PROD) limits chain -> big
limits: SUB NAME -> over_one
      | SUB LBRACE indices RBRACE -> over_all
      | SUB LBRACE index REL index RBRACE SUP upper -> over_range
?upper: NAME -> name
      | NUMBER -> number
      | LBRACE expr RBRACE -> inside

%declare TRANSPOSE NAME TEXT FUNC EXTREME CASES ENDCASES LAYER ENDLAYER D ONES REALS FRAC
%declare SQRT SUM PROD PARTIAL NABLA UNDERBRACE DOTS ODOT CROSS CDOT LNORM RNORM LANGLE
%declare RANGLE LSET RSET LABS RABS REL ROW AMP PRIME NUMBER PLUS MINUS SUP SUB COMMA OPEN
%declare CLOSE LBRACE RBRACE LBRACKET RBRACKET SLASH IF OTHERWISE
"""
