(* A sum with a bracket keeps one term. *)

From mathcomp Require Import all_ssreflect all_algebra.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

Section Collapse.

Variables (R : comRingType) (n : nat).

(* eq-collapse: every term is zero but that of $p$, whose bracket is 1. *)
Theorem collapse (f : 'I_n -> R) p : \sum_i (i == p)%:R * f i = f p.
Proof.
by rewrite (bigD1 p) //= eqxx mul1r big1 ?addr0 // => i /negPf->; rewrite mul0r.
Qed.

(* eq-collapse: as matrices, the brackets are the identity, and multiplying by it changes nothing. *)
Theorem collapse_matrix (f : 'cV[R]_n) :
  \matrix_(i, p) (i == p)%:R = 1%:M :> 'M[R]_n /\ 1%:M *m f = f.
Proof.
by rewrite mul1mx; split=> //; apply/matrixP => i p; rewrite !mxE.
Qed.

End Collapse.
