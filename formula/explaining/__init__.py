"""Why a run gave what it gave, and what it reached."""
