/* How search results are ordered: Sphinx puts this before its own script (html_search_scorer). */
var Scorer = {
  // The chapters and the pages to try teach; these are to look things up in.
  lookedUp: /^(listings\/|api$|ledger$|proofs$|wrong_formulas$|errata$|bibliography$|chapter_map$)/,

  // Takes [docname, title, anchor, descr, score, filename], gives the score.
  score: function (result) {
    Scorer.nameSection(result);
    var isName = result[3] !== null; // of the package, found in the API
    return result[4] - (isName || Scorer.lookedUp.test(result[0]) ? 200 : 0);
  },

  /* A word of book/search_words.yml leads to a section; say which. */
  nameSection: function (result) {
    var index = Search._index, page = result[1];
    if (!result[2] || index.titles.indexOf(page) < 0) { return; }
    for (var title in index.alltitles) {
      index.alltitles[title].forEach(function (place) {
        if (index.docnames[place[0]] === result[0] && "#" + place[1] === result[2] && title !== page) {
          result[1] = page + " > " + title;
        }
      });
    }
  },

  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
