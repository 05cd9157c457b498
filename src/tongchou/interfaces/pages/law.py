def law_page():
    pass
