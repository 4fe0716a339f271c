"""What people do around the DAG: queue, approvals, archive, publication and knowledge. Still empty."""
