(* The recursion gives the derivatives of the cost of a network: of any depth, any sizes, over the real
   numbers. *)

From Coq Require Import Reals Lra FunctionalExtensionality.
From mathcomp Require Import all_ssreflect.
From Coquelicot Require Import Coquelicot.
From Proofs Require Import chain_rule.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Local Open Scope R_scope.

Section Network.

(* Layer $l$ has $n_l$ neurons and layer $L$ is the output; hidden layers have elementwise activation functions.
   $C$ is the cost as a function of the sums of layer $L$: the activation function of that layer, elementwise or
   not, and the target are part of $C$. *)
Variables (n : nat -> nat) (L : nat) (phi : nat -> R -> R) (C : (nat -> R) -> R) (x : nat -> R).

Definition weights := nat -> nat -> nat -> R.
Definition biases := nat -> nat -> R.

(* The forward pass from the input $x$: activations, sums, and the cost. *)
Fixpoint a (W : weights) (b : biases) (l : nat) : nat -> R :=
  if l is k.+1 then
    fun i => phi l (\sum_(0 <= j < n k) (W l i j * a W b k j) + b l i)
  else x.

Definition z (W : weights) (b : biases) (l i : nat) : R :=
  \sum_(0 <= j < n l.-1) (W l i j * a W b l.-1 j) + b l i.

Definition cost (W : weights) (b : biases) : R := C (z W b L).

(* The sums of the next layer, and the cost, as functions of the sums $u$ of layer $l$. *)
Definition next (W : weights) (b : biases) (l : nat) (u : nat -> R) (i : nat) : R :=
  \sum_(0 <= j < n l) (W l.+1 i j * phi l (u j)) + b l.+1 i.

Fixpoint cost_in (steps : nat) (W : weights) (b : biases) (l : nat) (u : nat -> R) : R :=
  if steps is k.+1 then cost_in k W b l.+1 (next W b l u) else C u.

Definition cost_from (W : weights) (b : biases) (l : nat) := cost_in (L - l) W b l.

Lemma cost_from_last W b : cost_from W b L = C.
Proof. by rewrite /cost_from subnn. Qed.

Lemma cost_from_step W b l u : (l < L)%N -> cost_from W b l u = cost_from W b l.+1 (next W b l u).
Proof. by move=> lt_lL; rewrite {1}/cost_from -subnSK. Qed.

Lemma next_z W b l : (0 < l)%N -> next W b l (z W b l) = z W b l.+1.
Proof. by case: l. Qed.

Lemma down_the_layers (P : nat -> Prop) :
  P L -> (forall l, (0 < l < L)%N -> P l.+1 -> P l) -> forall l, (0 < l <= L)%N -> P l.
Proof.
move=> P_L step l /andP[]; move: {2}(L - l)%N (erefl (L - l)%N) => k.
elim: k l => [|k IH] l eq_k l_gt0 le_lL.
  by have -> : l = L by apply/eqP; rewrite eqn_leq le_lL -subn_eq0 eq_k.
have lt_lL : (l < L)%N by rewrite -subn_gt0 eq_k.
by apply: step; rewrite ?l_gt0 //; apply: IH => //; rewrite subnS eq_k.
Qed.

Lemma cost_from_z W b l : (0 < l <= L)%N -> cost W b = cost_from W b l (z W b l).
Proof.
move: l; apply: down_the_layers => [|l /andP[l_gt0 lt_lL] IH]; first by rewrite cost_from_last.
by rewrite cost_from_step // next_z.
Qed.

(* Weights and biases are given. What is assumed: the activation functions have slopes at the hidden sums, the
   cost obeys the chain rule at the last sums, and `delta` starts there and obeys the recursion. *)
Variables (W : weights) (b : biases) (slope delta : nat -> nat -> R).
Hypothesis slope_of_phi : forall l i, (0 < l < L)%N -> (i < n l)%N ->
  is_derive (phi l) (z W b l i) (slope l i).
Hypothesis output_error : obeys_chain_rule (n L) C (z W b L) (delta L).
Hypothesis recursion : forall l j, (0 < l < L)%N -> (j < n l)%N ->
  delta l j = slope l j * \sum_(0 <= i < n l.+1) (W l.+1 i j * delta l.+1 i).

Lemma next_derivative l (way : R -> nat -> R) (change : nat -> R) t i : (0 < l < L)%N ->
  way t = z W b l -> (forall j, (j < n l)%N -> is_derive (way^~ j) t (change j)) ->
  is_derive (fun s => next W b l (way s) i) t
    (\sum_(0 <= j < n l) (W l.+1 i j * (slope l j * change j))).
Proof.
move=> l_in way_t d_way.
rewrite -[X in is_derive _ _ X]Rplus_0_r.
apply: (@is_derive_plus R_AbsRing R_NormedModule); last exact: is_derive_const.
apply: sum_derivative => j lt_j; apply: is_derive_scal.
rewrite Rmult_comm; apply: (@is_derive_comp R_AbsRing R_NormedModule (phi l) (way^~ j)); last exact: d_way.
by rewrite way_t; apply: slope_of_phi.
Qed.

Lemma recursion_chain_rule l : (0 < l <= L)%N ->
  obeys_chain_rule (n l) (cost_from W b l) (z W b l) (delta l).
Proof.
move: l; apply: down_the_layers => [|l l_in IH].
  by rewrite cost_from_last.
have /andP[l_gt0 lt_lL] := l_in.
move=> way change t way_t d_way.
apply: (is_derive_ext (fun s => cost_from W b l.+1 (next W b l (way s)))) => [s|].
  by rewrite (cost_from_step _ _ _ lt_lL).
have -> : \sum_(0 <= j < n l) (delta l j * change j)
    = \sum_(0 <= i < n l.+1) (delta l.+1 i * \sum_(0 <= j < n l) (W l.+1 i j * (slope l j * change j))).
  transitivity (\sum_(0 <= j < n l) \sum_(0 <= i < n l.+1)
      (delta l.+1 i * (W l.+1 i j * (slope l j * change j)))).
    apply: eq_big_nat => j /andP[_ lt_j]; rewrite recursion // big_distrr big_distrl /=.
    by apply: eq_bigr => i _; ring.
  by rewrite exchange_big /=; apply: eq_bigr => i _; rewrite big_distrr.
apply: IH => [|i _]; first by rewrite way_t next_z.
exact: next_derivative.
Qed.

(* eq-delta-recursion: the recursion gives the derivative of the cost with respect to each sum, the others of
   its layer held still. *)
Theorem error_is_derivative l j : (0 < l <= L)%N -> (j < n l)%N ->
  is_derive (fun t => cost_from W b l (with_value (z W b l) j t)) (z W b l j) (delta l j).
Proof.
move=> l_in lt_j; rewrite -(sum_collapse (delta l) lt_j).
apply: (recursion_chain_rule l_in) => [|i _].
  by apply: functional_extensionality => i; rewrite /with_value; case: eqP => [->|].
rewrite /with_value; case: eqP => _; first exact: is_derive_id.
exact: is_derive_const.
Qed.

Lemma moved_sum l i (t0 rate : R) : (0 < l <= L)%N -> (i < n l)%N ->
  is_derive (fun t => cost_from W b l (with_value (z W b l) i (z W b l i + (t - t0) * rate))) t0
    (delta l i * rate).
Proof.
move=> l_in lt_i; rewrite -(sum_collapse (fun k => delta l k * rate) lt_i).
rewrite (eq_bigr (fun k => delta l k * (if k == i then rate else 0))); last first.
  by move=> k _; case: eqP => _; ring.
apply: (recursion_chain_rule l_in) => [|k _].
  apply: functional_extensionality => k; rewrite /with_value; case: eqP => [->|//].
  by ring.
rewrite /with_value; case: eqP => _; last exact: is_derive_const.
by auto_derive => //; ring.
Qed.

(* Other weights and biases in layer l alone leave the layers before it, and the way on from its sums. *)
Lemma cost_of_others W' b' l : (0 < l <= L)%N ->
  (forall r, r <> l -> W' r = W r) -> (forall r, r <> l -> b' r = b r) ->
  cost W' b' = cost_from W b l (fun i => \sum_(0 <= j < n l.-1) (W' l i j * a W b l.-1 j) + b' l i).
Proof.
move=> l_in same_W same_b; rewrite (cost_from_z _ _ l_in).
have same_a k : (k < l)%N -> a W' b' k = a W b k.
  elim: k => [|k IH] lt_kl //=; have neq : k.+1 <> l by move=> eq; rewrite eq ltnn in lt_kl.
  by rewrite same_W // same_b // IH // ltnW.
have -> : z W' b' l = fun i => \sum_(0 <= j < n l.-1) (W' l i j * a W b l.-1 j) + b' l i.
  by rewrite /z same_a //; case/andP: l_in => l_gt0 _; rewrite prednK.
have same_next r u : (l <= r)%N -> next W' b' r u = next W b r u.
  by move=> le_lr; rewrite /next same_W ?same_b // => eq; rewrite -eq ltnn in le_lr.
have same_cost steps r u : (l <= r)%N -> cost_in steps W' b' r u = cost_in steps W b r u.
  elim: steps r u => [|k IH] r u le_lr //=.
  by rewrite same_next // IH // ltnW.
exact: same_cost.
Qed.

(* eq-gradient-entries: a weight moves one sum, at the rate of the activation at its source. *)
Theorem weight_gradient l i j : (0 < l <= L)%N -> (i < n l)%N -> (j < n l.-1)%N ->
  is_derive (fun t => cost (with_value W l (with_value (W l) i (with_value (W l i) j t))) b)
    (W l i j) (delta l i * a W b l.-1 j).
Proof.
move=> l_in lt_i lt_j; apply: is_derive_ext (moved_sum (W l i j) (a W b l.-1 j) l_in lt_i) => t.
set W' := with_value W l _.
have at_l : W' l = with_value (W l) i (with_value (W l i) j t) by rewrite /W' /with_value eqxx.
rewrite (@cost_of_others W' b l) // => [|r /eqP/negPf neq]; last by rewrite /W' /with_value neq.
congr cost_from; apply: functional_extensionality => k; rewrite at_l /with_value.
case: eqP => [->|//]; rewrite /z.
have -> : \sum_(0 <= k < n l.-1) ((if k == j then t else W l i k) * a W b l.-1 k)
    = \sum_(0 <= k < n l.-1) (W l i k * a W b l.-1 k)
      + \sum_(0 <= k < n l.-1) ((t - W l i j) * a W b l.-1 k * (if k == j then 1 else 0)).
  rewrite -big_split /=; apply: eq_bigr => k' _; case: eqP => [->|_]; ring.
rewrite !sum_collapse //; ring.
Qed.

(* eq-gradient-entries: a bias moves one sum, at the rate 1. *)
Theorem bias_gradient l i : (0 < l <= L)%N -> (i < n l)%N ->
  is_derive (fun t => cost W (with_value b l (with_value (b l) i t))) (b l i) (delta l i).
Proof.
move=> l_in lt_i; rewrite -[delta l i]Rmult_1_r.
apply: is_derive_ext (moved_sum (b l i) 1 l_in lt_i) => t.
set b' := with_value b l _.
have at_l : b' l = with_value (b l) i t by rewrite /b' /with_value eqxx.
rewrite (@cost_of_others W b' l) // => [|r /eqP/negPf neq]; last by rewrite /b' /with_value neq.
congr cost_from; apply: functional_extensionality => k; rewrite at_l /with_value.
case: eqP => [->|//]; rewrite /z; ring.
Qed.

End Network.
