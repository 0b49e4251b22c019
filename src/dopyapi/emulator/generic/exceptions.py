"""Operations that look plain and are not, each with the reason; the list is as short as it can be."""

NOT_PLAIN: dict[str, str] = {
    "apps_create_deployment": "a deployment builds and rolls out, step by step",
    "inference_create_batch": "a batch is worked off",
    "security_create_scan": "a scan finds something",
    "genai_create_indexing_job": "a job runs",
    "genai_create_model_evaluation_run": "a run is worked off",
}
