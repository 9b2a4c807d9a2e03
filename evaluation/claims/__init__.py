"""Claims: sentences of the literature as stored queries over the scores, with a verdict by a stated rule.

``query`` says what is asked, ``pairs`` and ``trends`` gather the evidence, ``verdict`` counts it (all pure);
``reading`` brings the scores that a reader may see to it.
"""
