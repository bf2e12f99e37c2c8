(* One neuron in each layer: the derivatives of the squared error as products, and the recursion. *)

From Coq Require Import Reals Lra FunctionalExtensionality.
From mathcomp Require Import all_ssreflect.
From Coquelicot Require Import Coquelicot.
From Proofs Require Import chain_rule.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Local Open Scope R_scope.

Notation "\prod_ ( m <= l < n ) F" := (\big[Rmult/R1]_(m <= l < n) F%R) : R_scope.

Section Chain.

(* Layer $L$ is the output, $x$ the input and $y$ the target. *)
Variables (L : nat) (phi : nat -> R -> R) (x y : R).

(* The forward pass, and the squared error. *)
Fixpoint a (w b : nat -> R) (l : nat) : R :=
  if l is k.+1 then phi l (w l * a w b k + b l) else x.

Definition z (w b : nat -> R) (l : nat) : R := w l * a w b l.-1 + b l.

Definition cost (w b : nat -> R) : R := (a w b L - y) ^ 2.

(* Weights and biases are given; the activation functions have slopes at the sums. *)
Variables (w b slope : nat -> R).
Hypothesis slope_of_phi : forall l, (0 < l <= L)%N -> is_derive (phi l) (z w b l) (slope l).

(* The product along the only path from the sum of layer $k$ to the cost. *)
Definition product (k : nat) : R :=
  2 * (a w b L - y) * slope L * \prod_(k <= l < L) (w l.+1 * slope l).

Lemma a_before v c k l : (l < k)%N -> (forall r, r <> k -> v r = w r) -> (forall r, r <> k -> c r = b r) ->
  a v c l = a w b l.
Proof.
move=> lt_lk same_w same_b; elim: l lt_lk => [|l IH] lt_lk //=.
have neq : l.+1 <> k by move=> eq; rewrite eq ltnn in lt_lk.
by rewrite same_w // same_b // IH // ltnW.
Qed.

(* If a change of layer k moves its sum at some rate, it moves the cost at this rate times the product. *)
Lemma moved_cost (v c : R -> nat -> R) (t0 rate : R) k : (0 < k <= L)%N -> v t0 = w -> c t0 = b ->
  (forall t r, r <> k -> v t r = w r) -> (forall t r, r <> k -> c t r = b r) ->
  is_derive (fun t => z (v t) (c t) k) t0 rate ->
  is_derive (fun t => cost (v t) (c t)) t0 (product k * rate).
Proof.
move=> /andP[k_gt0 le_kL] v_w c_b same_w same_b d_z.
have d_a l : (0 < l <= L)%N -> forall d, is_derive (fun t => z (v t) (c t) l) t0 d ->
    is_derive (fun t => a (v t) (c t) l) t0 (d * slope l).
  case: l => // l l_in d d_l; apply: (@is_derive_comp R_AbsRing R_NormedModule (phi l.+1)); last exact: d_l.
  by rewrite v_w c_b; apply: slope_of_phi.
have d_later l : (k <= l <= L)%N ->
    is_derive (fun t => z (v t) (c t) l) t0 (rate * \prod_(k <= r < l) (w r.+1 * slope r)).
  elim: l => [|l IH]; first by rewrite leqn0; case: (k) k_gt0.
  case/andP; rewrite leq_eqVlt => /orP[/eqP<- _ | lt_kl le_lL]; first by rewrite big_geq // Rmult_1_r.
  have l_in : (0 < l <= L)%N by rewrite (leq_trans k_gt0) //= ltnW.
  have now : (k <= l <= L)%N by rewrite -ltnS lt_kl ltnW.
  have {IH now} d_l := d_a l l_in _ (IH now).
  have neq : l.+1 <> k by move=> eq; rewrite -eq ltnn in lt_kl.
  rewrite big_nat_recr //=; apply: (is_derive_ext (fun t => w l.+1 * a (v t) (c t) l + b l.+1)) => [t|].
    by rewrite /z same_w // same_b.
  set P := \prod_(k <= r < l) _; have -> : rate * (P * (w l.+1 * slope l)) = w l.+1 * (rate * P * slope l) + 0 by ring.
  apply: (@is_derive_plus R_AbsRing R_NormedModule); last exact: is_derive_const.
  exact: is_derive_scal.
have L_in : (0 < L <= L)%N by rewrite (leq_trans k_gt0) /=.
have now : (k <= L <= L)%N by rewrite le_kL /=.
have d_L := d_a L L_in _ (d_later L now).
rewrite /cost /product; set P := \prod_(k <= r < L) _ in d_L *.
have -> : 2 * (a w b L - y) * slope L * P * rate = INR 2 * (rate * P * slope L - 0) * (a (v t0) (c t0) L - y) ^ 1.
  by rewrite v_w c_b /=; ring.
apply: (is_derive_pow _ 2).
by apply: (@is_derive_minus R_AbsRing R_NormedModule); [exact: d_L | exact: is_derive_const].
Qed.

(* eq-scalar-product: the derivative with respect to a weight has a factor for each layer on the way, and the
   activation at its start. *)
Theorem scalar_weight k : (0 < k <= L)%N ->
  is_derive (fun t => cost (with_value w k t) b) (w k) (product k * a w b k.-1).
Proof.
move=> k_in; have le_kL := k_in; case/andP: le_kL => k_gt0 _.
have same t r : r <> k -> with_value w k t r = w r by rewrite /with_value => /eqP/negPf->.
have same_w : with_value w k (w k) = w.
  by apply: functional_extensionality => r; rewrite /with_value; case: eqP => [->|].
apply: (@moved_cost (with_value w k) (fun=> b)) => //.
apply: (is_derive_ext (fun t => t * a w b k.-1 + b k)) => [t|].
  rewrite /z (@a_before _ _ k k.-1) ?prednK //; last by apply: same.
  by rewrite /with_value eqxx.
by auto_derive => //; ring.
Qed.

(* eq-scalar-product: for a bias the activation is missing. *)
Theorem scalar_bias k : (0 < k <= L)%N ->
  is_derive (fun t => cost w (with_value b k t)) (b k) (product k).
Proof.
move=> k_in; have le_kL := k_in; case/andP: le_kL => k_gt0 _.
have same t r : r <> k -> with_value b k t r = b r by rewrite /with_value => /eqP/negPf->.
have same_b : with_value b k (b k) = b.
  by apply: functional_extensionality => r; rewrite /with_value; case: eqP => [->|].
rewrite -[product k]Rmult_1_r; apply: (@moved_cost (fun=> w) (with_value b k)) => //.
apply: (is_derive_ext (fun t => w k * a w b k.-1 + t)) => [t|].
  rewrite /z (@a_before _ _ k k.-1) ?prednK //; last by apply: same.
  by rewrite /with_value eqxx.
by auto_derive => //; ring.
Qed.

(* eq-scalar-recursion: each product is that of the next layer and one more factor. *)
Theorem scalar_recursion (delta : nat -> R) :
  delta L = 2 * (a w b L - y) * slope L ->
  (forall k, (0 < k < L)%N -> delta k = w k.+1 * slope k * delta k.+1) ->
  forall k, (0 < k <= L)%N -> delta k = product k.
Proof.
move=> start step k /andP[]; move: {2}(L - k)%N (erefl (L - k)%N) => steps.
elim: steps k => [|steps IH] k eq_steps k_gt0 le_kL.
  have -> : k = L by apply/eqP; rewrite eqn_leq le_kL -subn_eq0 eq_steps.
  by rewrite start /product big_geq // Rmult_1_r.
have lt_kL : (k < L)%N by rewrite -subn_gt0 eq_steps.
rewrite step ?k_gt0 // IH ?subnS ?eq_steps // /product [X in _ = _ * X]big_ltn //=; ring.
Qed.

End Chain.
