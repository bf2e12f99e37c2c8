(* Errors run backward and changes run forward, and their inner product is the same at every layer. *)

From mathcomp Require Import all_ssreflect all_algebra.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* The inner product of two columns. *)
Definition inner (R : comRingType) n (u v : 'cV[R]_n) : R := \sum_i u i 0 * v i 0.

(* eq-adjoint: the sums are finite, so their order may be exchanged. *)
Theorem adjoint (R : comRingType) p q (J : 'M[R]_(p, q)) (v : 'cV[R]_p) (u : 'cV[R]_q) :
  inner v (J *m u) = inner (J^T *m v) u.
Proof.
rewrite /inner; under eq_bigr do rewrite mxE big_distrr /=; rewrite exchange_big /=.
apply: eq_bigr => j _; rewrite mxE big_distrl /=; apply: eq_bigr => i _.
by rewrite mxE mulrA [v i 0 * _]mulrC.
Qed.

Section Layers.

(* Layer $l$ has $n_l$ neurons. `J l` is the Jacobian of its activations with respect to its sums, of any
   activation function, elementwise or not; `change l` are the changes $\dot z^{(l)}$. *)
Variables (R : comRingType) (n : nat -> nat) (L : nat).
Variables (W : forall l, 'M[R]_(n l, n l.-1)) (J : forall l, 'M[R]_(n l)).
Variables delta change : forall l, 'cV[R]_(n l).

(* eq-adjoint-sweep: changes that go forward and errors that go back have the same inner product in every
   layer, one adjoint a layer. *)
Theorem adjoint_sweep :
  (forall l, (0 < l < L)%N -> change l.+1 = W l.+1 *m J l *m change l) ->
  (forall l, (0 < l < L)%N -> delta l = (J l)^T *m (W l.+1)^T *m delta l.+1) ->
  forall l, (0 < l <= L)%N -> inner (delta l) (change l) = inner (delta L) (change L).
Proof.
move=> forward backward l /andP[]; move: {2}(L - l)%N (erefl (L - l)%N) => k.
elim: k l => [|k IH] l eq_k l_gt0 le_lL.
  by have -> : l = L by apply/eqP; rewrite eqn_leq le_lL -subn_eq0 eq_k.
have l_in : (0 < l < L)%N by rewrite l_gt0 -subn_gt0 eq_k.
rewrite -(IH l.+1) ?subnS ?eq_k //; last by case/andP: l_in.
by rewrite forward // backward // adjoint trmx_mul.
Qed.

End Layers.
