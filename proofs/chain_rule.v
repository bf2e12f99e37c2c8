(* Functions of several real variables: differentiable functions obey the chain rule. *)

From Coq Require Import Reals Lra FunctionalExtensionality.
From mathcomp Require Import all_ssreflect.
From Coquelicot Require Import Coquelicot.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Local Open Scope R_scope.

(* Sums of real numbers. *)
Notation "\sum_ ( m <= i < n ) F" := (\big[Rplus/R0]_(m <= i < n) F%R) : R_scope.

(* The rules of arithmetic that MathComp's lemmas on sums ask for. *)
Lemma plus_assoc : associative Rplus. Proof. by move=> *; rewrite Rplus_assoc. Qed.
Lemma mult_assoc : associative Rmult. Proof. by move=> *; rewrite Rmult_assoc. Qed.
Canonical plus_law := Monoid.Law plus_assoc Rplus_0_l Rplus_0_r.
Canonical plus_comoid := Monoid.ComLaw Rplus_comm.
Canonical mult_law := Monoid.Law mult_assoc Rmult_1_l Rmult_1_r.
Canonical mult_muloid := Monoid.MulLaw Rmult_0_l Rmult_0_r.
Canonical plus_addoid := Monoid.AddLaw Rmult_plus_distr_r Rmult_plus_distr_l.

(* A function with one value replaced. *)
Definition with_value (T : Type) (f : nat -> T) (k : nat) (t : T) (i : nat) := if i == k then t else f i.

Lemma sum_derivative (m : nat) (f : nat -> R -> R) (d : nat -> R) (t : R) :
  (forall i, (i < m)%N -> is_derive (f i) t (d i)) ->
  is_derive (fun s => \sum_(0 <= i < m) f i s) t (\sum_(0 <= i < m) d i).
Proof.
elim: m => [|m IH] d_f.
  rewrite big_nil; apply: (is_derive_ext (fun=> 0)) => [s|]; first by rewrite big_nil.
  exact: is_derive_const.
rewrite big_nat_recr //=; apply: (is_derive_ext (fun s => \sum_(0 <= i < m) f i s + f m s)) => [s|].
  by rewrite [RHS]big_nat_recr.
apply: (@is_derive_plus R_AbsRing R_NormedModule); last exact: d_f.
by apply: IH => i lt_im; apply: d_f; rewrite ltnS ltnW.
Qed.

Lemma sum_le (m : nat) (f g : nat -> R) :
  (forall i, (i < m)%N -> f i <= g i) -> \sum_(0 <= i < m) f i <= \sum_(0 <= i < m) g i.
Proof.
elim: m => [|m IH] le_fg; first by rewrite !big_nil; lra.
rewrite !big_nat_recr //=; apply: Rplus_le_compat; last exact: le_fg.
by apply: IH => i lt_im; apply: le_fg; rewrite ltnS ltnW.
Qed.

Lemma abs_sum_le (m : nat) (f : nat -> R) :
  Rabs (\sum_(0 <= i < m) f i) <= \sum_(0 <= i < m) Rabs (f i).
Proof.
elim: m => [|m IH]; first by rewrite !big_nil Rabs_R0; lra.
rewrite !big_nat_recr //=; apply: Rle_trans (Rabs_triang _ _) _.
by apply: Rplus_le_compat => //; lra.
Qed.

Lemma sum_collapse (m p : nat) (f : nat -> R) : (p < m)%N ->
  \sum_(0 <= i < m) (f i * (if i == p then 1 else 0)) = f p.
Proof.
move=> lt_pm; rewrite (bigD1_seq p) ?mem_index_iota ?iota_uniq //= eqxx big1 => [|i /negPf->]; lra.
Qed.

Lemma sum_linear (m : nat) (d x y : nat -> R) (h : R) :
  \sum_(0 <= i < m) (d i * (x i - y i * h))
  = \sum_(0 <= i < m) (d i * x i) - (\sum_(0 <= i < m) (d i * y i)) * h.
Proof. by elim: m => [|m IH]; rewrite ?big_nil ?big_nat_recr //= ?IH; ring. Qed.

(* A function $C$ of $m$ numbers is differentiable at $v$ with the partial derivatives $d$: near $v$ it is its
   linear approximation, up to an error that is small against the change. *)
Definition differentiable (m : nat) (C : (nat -> R) -> R) (v d : nat -> R) :=
  forall eps, 0 < eps -> exists2 r, 0 < r & forall u,
    (forall i, (i < m)%N -> Rabs (u i - v i) < r) ->
    Rabs (C u - C v - \sum_(0 <= i < m) (d i * (u i - v i)))
      <= eps * (\sum_(0 <= i < m) Rabs (u i - v i)).

(* $C$ obeys the chain rule at $v$: along every differentiable way through $v$, the rate of $C$ is the sum of
   its partial derivatives times the rates of its variables. *)
Definition obeys_chain_rule (m : nat) (C : (nat -> R) -> R) (v d : nat -> R) :=
  forall (way : R -> nat -> R) (change : nat -> R) (t : R),
    way t = v -> (forall i, (i < m)%N -> is_derive (way^~ i) t (change i)) ->
    is_derive (fun s => C (way s)) t (\sum_(0 <= i < m) (d i * change i)).

Lemma derive_approx (f : R -> R) (t l : R) :
  is_derive f t l <->
  forall eps, 0 < eps -> exists2 r, 0 < r & forall s, Rabs (s - t) < r ->
    Rabs (f s - f t - l * (s - t)) <= eps * Rabs (s - t).
Proof.
rewrite is_derive_Reals; split=> [lim eps eps_gt0 | approx eps eps_gt0].
  have [[r r_gt0] near] := lim eps eps_gt0; exists r => // s lt_r.
  case: (Req_dec s t) => [-> | neq].
    have -> : f t - f t - l * (t - t) = 0 by ring.
    by rewrite Rabs_R0; apply: Rmult_le_pos; [lra | apply: Rabs_pos].
  have h_neq0 : s - t <> 0 by lra.
  have {near} := near (s - t) h_neq0 lt_r; rewrite (_ : t + (s - t) = s); last by ring.
  have -> : f s - f t - l * (s - t) = ((f s - f t) / (s - t) - l) * (s - t) by field.
  by rewrite Rabs_mult => lt_eps; apply: Rmult_le_compat_r; [apply: Rabs_pos | lra].
have [|r r_gt0 near] := approx (eps / 2); first lra.
exists (mkposreal r r_gt0) => h h_neq0 /= lt_r.
have := near (t + h); rewrite (_ : t + h - t = h); last by ring.
move=> /(_ lt_r) le_eps; have h_gt0 := Rabs_pos_lt h h_neq0.
have -> : (f (t + h) - f t) / h - l = (f (t + h) - f t - l * h) / h by field.
rewrite /Rdiv Rabs_mult Rabs_inv.
apply: (Rle_lt_trans _ (eps / 2 * Rabs h * / Rabs h)).
  by apply: Rmult_le_compat_r => //; left; apply: Rinv_0_lt_compat.
by rewrite Rmult_assoc Rinv_r; lra.
Qed.

(* Finitely many conditions that hold near a point hold in one neighbourhood of it. *)
Lemma near_all (m : nat) (P : nat -> R -> Prop) (t : R) :
  (forall i, (i < m)%N -> exists2 r, 0 < r & forall s, Rabs (s - t) < r -> P i s) ->
  exists2 r, 0 < r & forall s, Rabs (s - t) < r -> forall i, (i < m)%N -> P i s.
Proof.
elim: m => [|m IH] near; first by exists 1; first lra.
have [|r r_gt0 near_r] := IH; first by move=> i lt_im; apply: near; rewrite ltnS ltnW.
have [q q_gt0 near_q] := near m (ltnSn m).
exists (Rmin r q); first exact: Rmin_glb_lt.
move=> s lt_s i; rewrite ltnS leq_eqVlt => /orP[/eqP-> | lt_im].
  by apply: near_q; apply: Rlt_le_trans lt_s (Rmin_r _ _).
by apply: near_r => //; apply: Rlt_le_trans lt_s (Rmin_l _ _).
Qed.

Lemma sum_nonneg (m : nat) (f : nat -> R) : (forall i, 0 <= f i) -> 0 <= \sum_(0 <= i < m) f i.
Proof.
move=> f_ge0; elim: m => [|m IH]; first by rewrite big_nil; lra.
by rewrite big_nat_recr //=; apply: Rplus_le_le_0_compat.
Qed.

Lemma term_le_sum (m i : nat) (f : nat -> R) : (forall j, 0 <= f j) -> (i < m)%N ->
  f i <= \sum_(0 <= j < m) f j.
Proof.
move=> f_ge0; elim: m => [|m IH] // ; rewrite ltnS leq_eqVlt big_nat_recr //=.
have := sum_nonneg m f_ge0; have := f_ge0 m.
by move=> ? ? /orP[/eqP-> | /IH]; lra.
Qed.

(* eq-one-door: every differentiable cost obeys the chain rule, whatever moves the last sums. *)
Theorem differentiable_obeys_chain_rule (m : nat) (C : (nat -> R) -> R) (v d : nat -> R) :
  differentiable m C v d -> obeys_chain_rule m C v d.
Proof.
move=> C_near way change t way_t d_way; apply/derive_approx => eps eps_gt0.
pose speed := \sum_(0 <= i < m) (Rabs (change i) + 1).
pose size := \sum_(0 <= i < m) Rabs (d i).
have speed_ge0 : 0 <= speed.
  by apply: sum_nonneg => i; have := Rabs_pos (change i); lra.
have size_ge0 : 0 <= size by apply: sum_nonneg => i; apply: Rabs_pos.
pose eps1 := eps / 2 / (speed + 1).
pose eps2 := Rmin 1 (eps / 2 / (size + 1)).
have eps1_gt0 : 0 < eps1 by apply: Rdiv_lt_0_compat; lra.
have eps2_gt0 : 0 < eps2 by apply: Rmin_glb_lt; [lra | apply: Rdiv_lt_0_compat; lra].
have [r r_gt0 C_r] := C_near eps1 eps1_gt0.
have [i lt_im|q q_gt0 near_q] := @near_all m
    (fun i s => Rabs (way s i - way t i - change i * (s - t)) <= eps2 * Rabs (s - t)) t.
  exact: (derive_approx _ _ _).1 (d_way i lt_im) eps2 eps2_gt0.
have moved s i : Rabs (s - t) < q -> (i < m)%N ->
    Rabs (way s i - v i) <= (Rabs (change i) + 1) * Rabs (s - t).
  move=> lt_q lt_im; have := near_q s lt_q i lt_im; rewrite way_t => near_i.
  have -> : way s i - v i = (way s i - v i - change i * (s - t)) + change i * (s - t) by ring.
  apply: Rle_trans (Rabs_triang _ _) _; rewrite Rabs_mult.
  have := Rabs_pos (s - t); have : eps2 <= 1 by apply: Rmin_l.
  move=> le_1 abs_ge0; have := Rmult_le_compat_r _ _ _ abs_ge0 le_1; lra.
exists (Rmin q (r / (speed + 1))).
  by apply: Rmin_glb_lt => //; apply: Rdiv_lt_0_compat; lra.
move=> s lt_s.
have lt_q : Rabs (s - t) < q by apply: Rlt_le_trans lt_s (Rmin_l _ _).
have lt_r : Rabs (s - t) * (speed + 1) < r.
  have lt_rs : Rabs (s - t) < r / (speed + 1) by apply: Rlt_le_trans lt_s (Rmin_r _ _).
  have pos : 0 < speed + 1 by lra.
  have := Rmult_lt_compat_r _ _ _ pos lt_rs.
  by rewrite (_ : r / (speed + 1) * (speed + 1) = r); last by field; lra.
have abs_ge0 := Rabs_pos (s - t).
have near_i i : (i < m)%N -> Rabs (way s i - v i) < r.
  move=> lt_im; apply: Rle_lt_trans (moved s i lt_q lt_im) _.
  have := @term_le_sum m i (fun i => Rabs (change i) + 1).
  rewrite -/speed => le_speed; apply: Rle_lt_trans lt_r; rewrite [X in _ <= X]Rmult_comm.
  apply: Rmult_le_compat_r => //; apply: (Rle_trans _ speed); last lra.
  by apply: le_speed => // j; have := Rabs_pos (change j); lra.
have := C_r (way s) near_i; rewrite -way_t => C_s.
have -> : C (way s) - C (way t) - (\sum_(0 <= i < m) (d i * change i)) * (s - t)
    = (C (way s) - C (way t) - \sum_(0 <= i < m) (d i * (way s i - way t i)))
    + \sum_(0 <= i < m) (d i * (way s i - way t i - change i * (s - t))).
  by rewrite (sum_linear m d (fun i => way s i - way t i) change (s - t)); ring.
apply: Rle_trans (Rabs_triang _ _) _.
have part1 : eps1 * (\sum_(0 <= i < m) Rabs (way s i - way t i)) <= eps / 2 * Rabs (s - t).
  apply: (Rle_trans _ (eps1 * (speed * Rabs (s - t)))).
    apply: Rmult_le_compat_l; first lra.
    by rewrite /speed big_distrl /=; apply: sum_le => i lt_im; rewrite way_t; apply: moved.
  rewrite -Rmult_assoc; apply: Rmult_le_compat_r => //.
  have -> : eps / 2 = eps1 * (speed + 1) by rewrite /eps1; field; lra.
  by apply: Rmult_le_compat_l; lra.
have part2 : Rabs (\sum_(0 <= i < m) (d i * (way s i - way t i - change i * (s - t))))
    <= eps / 2 * Rabs (s - t).
  apply: Rle_trans (abs_sum_le _ _) _.
  apply: (Rle_trans _ (size * (eps2 * Rabs (s - t)))).
    rewrite /size big_distrl /=; apply: sum_le => i lt_im; rewrite Rabs_mult.
    by apply: Rmult_le_compat_l; [apply: Rabs_pos | apply: near_q].
  rewrite -Rmult_assoc; apply: Rmult_le_compat_r => //.
  have : eps2 <= eps / 2 / (size + 1) by apply: Rmin_r.
  move=> le_eps2; apply: (Rle_trans _ (size * (eps / 2 / (size + 1)))).
    exact: Rmult_le_compat_l.
  have -> : size * (eps / 2 / (size + 1)) = eps / 2 * (size / (size + 1)) by field; lra.
  rewrite -[X in _ <= X]Rmult_1_r; apply: Rmult_le_compat_l; first lra.
  by apply/(Rle_div_l _ _ _ _); lra.
lra.
Qed.
