(* The error of a neuron: the sum over all paths to the output, and the recursion. *)

From mathcomp Require Import all_ssreflect all_algebra.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

Section Paths.

(* Layer $l$ has $n_l$ neurons, here `n l`, and layer $L$ is the output. *)
Variables (n : nat -> nat) (L : nat).

(* A way down from the output: what holds in layer L, and passes from layer l+1 to layer l, holds in all. *)
Lemma down_the_layers (P : nat -> Prop) :
  P L -> (forall l, (l < L)%N -> P l.+1 -> P l) -> forall l, (l <= L)%N -> P l.
Proof.
move=> P_L step l le_lL; rewrite -(subKn le_lL).
elim: (L - l)%N (leq_subr l L) => [|k IH] lt_kL; first by rewrite subn0.
by apply: step; [rewrite ltn_subrL (leq_ltn_trans _ lt_kL) | rewrite subnSK //; apply/IH/ltnW].
Qed.

(* The lists $(i_l, \dots, i_L)$ with $i_l = j$, made layer by layer, in $L - l$ steps. *)
Fixpoint paths_of (steps l j : nat) : seq (seq nat) :=
  if steps is k.+1 then
    [seq j :: p | p <- flatten [seq paths_of k l.+1 i | i <- iota 0 (n l.+1)]]
  else [:: [:: j]].

Definition paths (l j : nat) := paths_of (L - l) l j.

(* The neuron $i_r$ of layer $r$ on a path that begins in layer $l$. *)
Definition neuron (l : nat) (p : seq nat) (r : nat) := nth 0%N p (r - l).

Lemma paths_last j : paths L j = [:: [:: j]].
Proof. by rewrite /paths subnn. Qed.

Lemma paths_step l j : (l < L)%N ->
  paths l j = [seq j :: p | p <- flatten [seq paths l.+1 i | i <- iota 0 (n l.+1)]].
Proof. by move=> lt_lL; rewrite {1}/paths -subnSK. Qed.

Lemma paths_first l j p : (l <= L)%N -> p \in paths l j -> neuron l p l = j.
Proof.
rewrite /neuron subnn leq_eqVlt => /orP[/eqP-> | lt_lL].
  by rewrite paths_last inE => /eqP->.
by rewrite paths_step // => /mapP[q _ ->].
Qed.

Lemma neuron_later l j p r : (l < r)%N -> neuron l (j :: p) r = neuron l.+1 p r.
Proof. by rewrite /neuron => lt_lr; rewrite -subnSK. Qed.

(* eq-path-count: each of the $n_{l+1}$ first steps begins as many paths as lead on from layer $l + 1$. *)
Theorem path_count l j :
  (l <= L)%N -> size (paths l j) = (\prod_(l.+1 <= r < L.+1) n r)%N.
Proof.
move=> le_lL; move: l le_lL j; apply: down_the_layers => [|l lt_lL IH] j.
  by rewrite paths_last big_geq.
rewrite paths_step // size_map size_flatten /shape -map_comp big_ltn //.
rewrite (eq_map (f2 := fun=> (\prod_(l.+2 <= r < L.+1) n r)%N)) ?sumnE ?big_map; last first.
  by move=> i /=; rewrite IH.
by rewrite big_const_seq count_predT size_iota iter_addn_0 mulnC.
Qed.

(* eq-path-count: what is counted is a choice of one neuron in each later layer, and every choice is there. *)
Theorem path_choices l j p : (l <= L)%N ->
  (p \in paths l j) <->
  [/\ size p = (L - l).+1, neuron l p l = j
    & forall r, (l < r <= L)%N -> (neuron l p r < n r)%N].
Proof.
move=> le_lL; move: l le_lL j p; apply: down_the_layers => [|l lt_lL IH] j p.
  rewrite paths_last inE subnn; split=> [/eqP-> | []].
    by rewrite /neuron subnn; split=> // r; rewrite ltnNge; case: (r <= L)%N.
  by case: p => [|i [|? ?]] //; rewrite /neuron subnn /= => _ ->.
rewrite paths_step //; split=> [/mapP[q /flatten_mapP[i]] | [size_p first_p later_p]].
  rewrite mem_iota add0n => /= lt_in; move/IH => [size_q first_q later_q] ->.
  rewrite /= size_q subnSK // {1}/neuron subnn; split=> // r /andP[lt_lr le_rL].
  rewrite neuron_later //; move: lt_lr; rewrite leq_eqVlt => /orP[/eqP <-|lt_lr].
    by rewrite first_q.
  by rewrite later_q // lt_lr.
case: p size_p first_p later_p => [|i q] //=; rewrite {1}/neuron subnn /= => -[size_q] -> later_p.
apply/mapP; exists q => //; apply/flatten_mapP; exists (neuron l.+1 q l.+1).
  by rewrite mem_iota add0n /= -(neuron_later j) // later_p // ltnSn.
apply/IH; rewrite size_q subnSK //; split=> // r /andP[lt_lr le_rL].
by rewrite -(neuron_later j) ?later_p ?le_rL ?andbT // ltnW.
Qed.

(* eq-path-count: no path is counted twice, since two paths with different first steps differ. *)
Theorem path_once l j : (l <= L)%N -> uniq (paths l j).
Proof.
move=> le_lL; move: l le_lL j; apply: down_the_layers => [|l lt_lL IH] j.
  by rewrite paths_last.
rewrite paths_step // map_inj_uniq; last by move=> p q [].
elim: (iota 0 (n l.+1)) (iota_uniq 0 (n l.+1)) => [|i s IHs] //= /andP[i_s uniq_s].
rewrite cat_uniq IH IHs // andbT; apply/hasPn => p /flatten_mapP[k k_s p_k].
apply/negP => p_i; move: i_s; rewrite -(paths_first lt_lL p_i) (paths_first lt_lL p_k) k_s.
by [].
Qed.

(* Weights, slopes and the output error are from any commutative ring. The weight from neuron $j$ of layer
   $l - 1$ to neuron $i$ of layer $l$ is `W l i j`. *)
Variables (R : comRingType) (W : nat -> nat -> nat -> R) (slope : nat -> nat -> R) (delta_L : nat -> R).

(* The product along a path. *)
Definition path_product (l : nat) (p : seq nat) : R :=
  \prod_(l <= r < L) (W r.+1 (neuron l p r.+1) (neuron l p r) * slope r (neuron l p r)).

(* The sum over all paths from neuron $j$ of layer $l$. *)
Definition path_sum (l j : nat) : R :=
  \sum_(p <- paths l j) path_product l p * delta_L (neuron l p L).

Lemma path_product_step l j p : (l < L)%N ->
  path_product l (j :: p) = W l.+1 (neuron l.+1 p l.+1) j * slope l j * path_product l.+1 p.
Proof.
move=> lt_lL; rewrite /path_product big_ltn // neuron_later // {2 3}/neuron subnn /=; congr (_ * _).
by apply: eq_big_nat => r /andP[lt_lr _]; rewrite !neuron_later // ltnW.
Qed.

(* eq-delta-recursion: the path sum obeys the recursion, since the paths can be sorted by their first step. *)
Theorem path_sum_recursion l j : (l < L)%N ->
  path_sum l j = slope l j * \sum_(0 <= i < n l.+1) W l.+1 i j * path_sum l.+1 i.
Proof.
move=> lt_lL; rewrite /path_sum paths_step // big_map big_flatten big_map /= big_distrr /=.
rewrite /index_iota subn0; apply: eq_bigr => i _; rewrite !big_distrr /=.
rewrite big_seq [RHS]big_seq; apply: eq_bigr => p p_i.
rewrite path_product_step // (paths_first lt_lL p_i) neuron_later // !mulrA.
by rewrite [slope l j * _]mulrC.
Qed.

(* eq-path-sum, eq-delta-recursion: what starts at the output error and obeys the recursion is the path sum, by
   induction from the output down. *)
Theorem recursion_path_sum (delta : nat -> nat -> R) :
  (forall i, delta L i = delta_L i) ->
  (forall l j, (0 < l < L)%N ->
    delta l j = slope l j * \sum_(0 <= i < n l.+1) W l.+1 i j * delta l.+1 i) ->
  forall l j, (0 < l <= L)%N -> delta l j = path_sum l j.
Proof.
move=> start step l j /andP[l_gt0 le_lL].
move: l le_lL l_gt0 j; apply: down_the_layers => [|l lt_lL IH] l_gt0 j.
  by rewrite start /path_sum paths_last big_seq1 /path_product big_geq // mul1r /neuron subnn.
rewrite step ?l_gt0 // path_sum_recursion //; congr (_ * _).
by apply: eq_bigr => i _; rewrite IH.
Qed.

End Paths.
