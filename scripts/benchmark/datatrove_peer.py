#!/usr/bin/env python3
"""datatrove's Gopher, C4 and FineWeb filters over a corpus.jsonl, one process; prints user seconds and documents.

    datatrove_peer.py CORPUS.jsonl LIMIT [plain]

Every document goes through the four filters until one drops it, as in the published pipelines. With `plain`, words are
what stands between spaces, in place of spaCy's. Only the run is counted, not the imports.
"""

import json
import os
import resource
import shutil
import sys
import tempfile

os.environ["HF_HUB_OFFLINE"] = "1"
from loguru import logger

logger.remove()
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.filters import (C4QualityFilter, FineWebQualityFilter, GopherQualityFilter,
                                        GopherRepetitionFilter)
from datatrove.pipeline.readers import JsonlReader
from datatrove.utils import word_tokenizers


class Plain(word_tokenizers.WordTokenizer):
    """Words between spaces, sentences by full stop."""

    def word_tokenize(self, text):
        return text.split()

    def sent_tokenize(self, text):
        return [part for part in text.split(". ") if part]

    def span_tokenize(self, text):
        return list(word_tokenizers.simple_span_tokenize(text, self.sent_tokenize(text)))


def main():
    path, limit = os.path.abspath(sys.argv[1]), int(sys.argv[2])
    if sys.argv[3:] == ["plain"]:
        plain = Plain("en")
        word_tokenizers.load_word_tokenizer = lambda *_: plain
    filters = [GopherRepetitionFilter(), GopherQualityFilter(), C4QualityFilter(), FineWebQualityFilter()]
    work = tempfile.mkdtemp(prefix="datatrove.")
    pipeline = [JsonlReader(os.path.dirname(path), glob_pattern=os.path.basename(path), limit=limit), *filters]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    LocalPipelineExecutor(pipeline, tasks=1, workers=1, logging_dir=work + "/log").run()
    user = resource.getrusage(resource.RUSAGE_SELF).ru_utime - before
    shutil.rmtree(work)
    print(json.dumps({"user": user, "documents": limit}))


if __name__ == "__main__":
    main()
