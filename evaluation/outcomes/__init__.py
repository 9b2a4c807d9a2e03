"""What models answered, document by document, as columns: read from sample files once and kept by their checksum.

``document_values`` gives one metric of one model, ``together`` those of several models on the documents that all share.
"""

from evaluation.outcomes.joining import Joined, together
from evaluation.outcomes.refs import SampleRef, sample_ref, sample_refs
from evaluation.outcomes.values import DocumentValues, document_values

__all__ = ["DocumentValues", "Joined", "SampleRef", "document_values", "sample_ref", "sample_refs", "together"]
