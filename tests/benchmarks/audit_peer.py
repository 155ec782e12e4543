"""CleanVision on a folder of images, all its checks: python -m tests.benchmarks.audit_peer FOLDER.

Prints what it found, as JSON.
"""

from __future__ import annotations

import json
import sys

WORKERS = 2


def main(folder: str) -> None:
    from cleanvision import Imagelab

    lab = Imagelab(data_path=folder, verbose=False)
    lab.find_issues(n_jobs=WORKERS, verbose=False)
    counts = lab.issue_summary.set_index("issue_type")["num_images"]
    found = {str(name): int(count) for name, count in counts.items()}
    print(json.dumps({"images": len(lab.issues), "found": found}))


if __name__ == "__main__":  # its workers import this file again
    main(sys.argv[1])
