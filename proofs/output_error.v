(* The output errors of both costs, with which the recursion starts. *)

From Coq Require Import Reals Lra.
From mathcomp Require Import all_ssreflect.
From Coquelicot Require Import Coquelicot.
From Proofs Require Import chain_rule.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Local Open Scope R_scope.

Section OutputError.

(* The output layer has $m$ neurons; $v$ are its sums, and $y$ is the target. *)
Variables (m : nat) (v y : nat -> R).
Hypothesis some_output : (0 < m)%N.

(* The squared error, behind an elementwise activation function. *)
Definition squared_error (phi : R -> R) (u : nat -> R) : R :=
  / INR m * \sum_(0 <= i < m) ((phi (u i) - y i) ^ 2).

(* eq-output-error-squared: each output has a term of its own, a square behind the activation function. *)
Theorem output_error_squared (phi : R -> R) (slope : nat -> R) :
  (forall i, (i < m)%N -> is_derive phi (v i) (slope i)) ->
  obeys_chain_rule m (squared_error phi) v (fun i => 2 / INR m * (phi (v i) - y i) * slope i).
Proof.
move=> d_phi way change t way_t d_way.
have -> : \sum_(0 <= i < m) (2 / INR m * (phi (v i) - y i) * slope i * change i)
    = / INR m * \sum_(0 <= i < m) (2 * (phi (v i) - y i) * (slope i * change i)).
  by rewrite big_distrr /=; apply: eq_bigr => i _; rewrite /Rdiv; ring.
apply: is_derive_scal; apply: sum_derivative => i lt_i.
have d_i : is_derive (fun s => phi (way s i) - y i) t (slope i * change i).
  rewrite -[slope i * change i]Rminus_0_r.
  apply: (@is_derive_minus R_AbsRing R_NormedModule); last exact: is_derive_const.
  rewrite Rmult_comm; apply: (@is_derive_comp R_AbsRing R_NormedModule phi (way^~ i)); last exact: d_way.
  by rewrite way_t; apply: d_phi.
have -> : 2 * (phi (v i) - y i) * (slope i * change i)
    = INR 2 * (slope i * change i) * (phi (way t i) - y i) ^ 1 by rewrite way_t /=; ring.
exact: (is_derive_pow _ 2).
Qed.

Lemma sum_exp_gt0 (u : nat -> R) : 0 < \sum_(0 <= k < m) exp (u k).
Proof.
case: m some_output => // k _; rewrite big_nat_recr //=.
have := exp_pos (u k); have := @sum_nonneg k (fun i => exp (u i)).
by move=> /(_ (fun i => Rlt_le _ _ (exp_pos (u i)))) ? ?; lra.
Qed.

(* The cross-entropy, behind the softmax. *)
Definition softmax (u : nat -> R) (i : nat) : R := exp (u i) / \sum_(0 <= k < m) exp (u k).
Definition cross_entropy (u : nat -> R) : R := - \sum_(0 <= i < m) (y i * ln (softmax u i)).

(* eq-softmax-cross-entropy-general: the logarithm of the softmax is a difference, whose derivatives the target
   weighs. *)
Theorem output_error_softmax :
  obeys_chain_rule m cross_entropy v (fun i => softmax v i * (\sum_(0 <= k < m) y k) - y i).
Proof.
move=> way change t way_t d_way.
have d_exp : is_derive (fun s => \sum_(0 <= k < m) exp (way s k)) t
    (\sum_(0 <= k < m) (change k * exp (v k))).
  apply: sum_derivative => k lt_k.
  apply: (@is_derive_comp R_AbsRing R_NormedModule exp (way^~ k)); last exact: d_way.
  by rewrite way_t; apply/is_derive_Reals/derivable_pt_lim_exp.
pose S := \sum_(0 <= k < m) exp (v k).
have S_gt0 : 0 < S by apply: sum_exp_gt0.
have d_ln : is_derive (fun s => ln (\sum_(0 <= k < m) exp (way s k))) t
    ((\sum_(0 <= k < m) (change k * exp (v k))) * / S).
  apply: (@is_derive_comp R_AbsRing R_NormedModule ln); last exact: d_exp.
  by rewrite way_t; apply/is_derive_Reals/derivable_pt_lim_ln.
have split s : cross_entropy (way s) = \sum_(0 <= i < m)
    (y i * (ln (\sum_(0 <= k < m) exp (way s k)) - way s i)).
  rewrite /cross_entropy (_ : forall r, - r = -1 * r); last by move=> r; ring.
  rewrite big_distrr /=; apply: eq_bigr => i _; rewrite /softmax /Rdiv ln_mult.
  - rewrite ln_Rinv; last exact: sum_exp_gt0.
    by rewrite ln_exp; ring.
  - exact: exp_pos.
  - by apply: Rinv_0_lt_compat; apply: sum_exp_gt0.
apply: (is_derive_ext (fun s => \sum_(0 <= i < m)
    (y i * (ln (\sum_(0 <= k < m) exp (way s k)) - way s i)))) => [s|]; first by rewrite split.
have -> : \sum_(0 <= i < m) ((softmax v i * (\sum_(0 <= k < m) y k) - y i) * change i)
    = \sum_(0 <= i < m) (y i * ((\sum_(0 <= k < m) (change k * exp (v k))) * / S - change i)).
  set Y := \sum_(0 <= k < m) y k; set N := \sum_(0 <= k < m) (change k * exp (v k)).
  have left k : \sum_(0 <= i < k) ((softmax v i * Y - y i) * change i)
      = Y / S * (\sum_(0 <= i < k) (change i * exp (v i))) - \sum_(0 <= i < k) (y i * change i).
    elim: k => [|k IH]; rewrite ?big_nil ?big_nat_recr //= ?IH /softmax -/S; field; lra.
  have right k : \sum_(0 <= i < k) (y i * (N * / S - change i))
      = N / S * (\sum_(0 <= i < k) y i) - \sum_(0 <= i < k) (y i * change i).
    elim: k => [|k IH]; rewrite ?big_nil ?big_nat_recr //= ?IH; field; lra.
  by rewrite left right -/Y -/N /Rdiv; ring.
apply: sum_derivative => i lt_i; apply: is_derive_scal.
apply: (@is_derive_minus R_AbsRing R_NormedModule); first exact: d_ln.
exact: d_way.
Qed.

(* eq-softmax-cross-entropy-error: if the target sums to 1, it is the difference. *)
Theorem output_error_softmax_distribution :
  \sum_(0 <= k < m) y k = 1 -> obeys_chain_rule m cross_entropy v (fun i => softmax v i - y i).
Proof.
move=> sum_y way change t way_t d_way; have := output_error_softmax way_t d_way.
by rewrite sum_y (eq_bigr (fun i => (softmax v i - y i) * change i)) // => i _; ring.
Qed.

End OutputError.
